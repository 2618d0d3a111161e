r"""The inventory of a stage as equations, read from the code that computes it.

>>> import lca
>>> made = read(lca.stages.Storage)
>>> made.lines[0]
Line(target='electricity', amount='\\text{energy}')
>>> made.where["energy, within"].right
'\\text{replication} \\cdot \\text{power} \\cdot \\text{hours per year}'
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass, field
from typing import Any

SAID = {"pue": "PUE", "wue": "WUE", "mfu": "MFU", "cop": "COP", "it_energy": "IT energy"}
"""Names that have another form in print."""

SIGNS = {
    ast.Lt: "<",
    ast.LtE: r"\le",
    ast.Gt: ">",
    ast.GtE: r"\ge",
    ast.Eq: r"\text{ is }",
    ast.NotEq: r"\text{ is not }",
}

ALONE = ("atleast_2d", "asarray", "float")
"""Calls that change the shape of a number, not the number."""

SHORT = 30
"""So many characters of a term need no name of their own."""

SUM, PRODUCT, POWER, ATOM = range(4)
"""How closely a term holds together; what is looser stands in brackets."""

AROUND = {
    "expm1": (r"\exp\left(", r"\right) - 1", SUM),
    "ceil": (r"\lceil ", r" \rceil", ATOM),
    "exp2": ("2^{", "}", POWER),
    "sqrt": (r"\sqrt{", "}", ATOM),
    "abs": (r"\left|", r"\right|", ATOM),
}
"""Functions of one number: what stands before and after it, and how closely that holds."""


@dataclass(frozen=True)
class Line:
    """One exchange: a slot, or a category, and how much of it."""

    target: str
    amount: str


@dataclass(frozen=True)
class Definition:
    """What a name of an equation stands for, and what the code says of it."""

    left: str
    right: str
    about: str


@dataclass
class Formula:
    """The exchanges of a stage, what their names stand for, and the code."""

    lines: list[Line] = field(default_factory=list)
    where: dict[str, Definition] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)


def read(stage: type) -> Formula:
    """Return the inventory of a stage as equations."""
    reader = _Reader(stage)
    reader.exchanges("exchanges", stage.__mro__)
    return reader.made


def _name(text: str) -> str:
    said = SAID.get(text.strip("_"), text.strip("_").replace("_", " "))
    return rf"\text{{{said}}}"


def _number(value: float) -> str:
    base, _, exponent = f"{value:g}".partition("e")
    if not exponent:
        return base
    return (rf"{base} \cdot " if base != "1" else "") + f"10^{{{int(exponent)}}}"


def _quoted(text: str) -> str:
    marks = {"\\": r"\backslash ", "{": r"\{", "}": r"\}", "_": " ", "$": "", "&": " and "}
    return rf"\text{{{''.join(marks.get(sign, sign) for sign in text)}}}"


class _Reader:
    def __init__(self, stage: type) -> None:
        self.stage = stage
        self.made = Formula()

    def _found(self, name: str, among: tuple[type, ...]) -> tuple[Any, tuple[type, ...]]:
        """Return a method, and the classes that come after the one that holds it."""
        for i, one in enumerate(among):
            held = vars(one).get(name)
            held = held.fget if isinstance(held, property) else held
            if inspect.isfunction(held):
                return held, among[i + 1 :]
        return None, ()

    def exchanges(self, name: str, among: tuple[type, ...]) -> None:
        """Read what a method yields."""
        method, above = self._found(name, among)
        body = _Body(self, method, above, {})
        body.run(body.tree.body)

    def define(self, key: str, method: Any, above: tuple[type, ...]) -> None:
        """Read what a method or a function returns, once."""
        if key in self.made.where:
            return
        given = [one for one in inspect.signature(method).parameters if one != "self"]
        left = _name(key) + (f"({', '.join(map(_name, given))})" if given else "")
        self.made.where[key] = Definition(left, "", "")  # its place, before what it needs
        body = _Body(self, method, above, {one: (_name(one), ATOM) for one in given})
        right = body.value()
        about = (inspect.getdoc(method) or "").split("\n\n")[0]
        about = " ".join(about.split()).removeprefix("Return ").partition(". ")[0].rstrip(".")
        about = re.sub(r"`+([^`]+)`+", r"\1", about)
        self.made.where[key] = Definition(left, right, about)


class _Body:
    """One function: its statements, and what its own names stand for."""

    def __init__(self, reader: _Reader, method: Any, above: Any, env: dict[str, Any]) -> None:
        self.reader, self.method, self.above, self.env = reader, method, above, dict(env)
        source = textwrap.dedent(inspect.getsource(method)).strip()
        self.tree: Any = ast.parse(source).body[0]
        owner = method.__qualname__.rpartition(".")[0]
        inherited = owner and owner != reader.stage.__name__
        reader.made.code[method.__qualname__] = f"# {owner}\n{source}" if inherited else source
        self.when: list[str] = []
        self.looped = False
        self.results: list[tuple[str, str]] = []

    # Statements

    def value(self) -> str:
        """Return what a function returns."""
        self.run(self.tree.body)
        if len(self.results) == 1:
            return self.results[0][1]
        return _cases(self.results)

    def run(self, statements: list[ast.stmt]) -> None:
        for one in statements:
            getattr(self, f"_{type(one).__name__}", self._skip)(one)

    def _skip(self, one: ast.stmt) -> None:
        """Checks, imports and texts are no part of a formula."""

    def _Expr(self, one: Any) -> None:
        if isinstance(one.value, ast.Yield):
            target, amount = one.value.value.elts
            name, said = self._target(target), self._conditioned(amount)
            if self.looped and not name.endswith("_i"):  # all go into one
                said = rf"\sum_i {said}"
            self.reader.made.lines.append(Line(name, said))
        elif isinstance(one.value, ast.YieldFrom):
            called = one.value.value.func
            among = self.above if _is_super(called.value) else self.reader.stage.__mro__
            self.reader.exchanges(called.attr, among)

    def _target(self, one: Any) -> str:
        if isinstance(one, ast.Constant):
            return one.value
        if isinstance(one, ast.Name):
            return self.env[one.id][0]
        if isinstance(one, ast.Subscript):
            return f"{one.value.attr}_i"
        return one.attr

    def _conditioned(self, amount: Any) -> str:
        text = self.text(amount)
        return _cases([(" \\text{ and } ".join(self.when), text)]) if self.when else text

    def _Assign(self, one: Any) -> None:
        if isinstance(one.targets[0], ast.Tuple):
            for target in one.targets[0].elts:
                self.env[target.id] = (_name(target.id), ATOM)
            return
        name = one.targets[0].id
        if isinstance(one.value, ast.Dict):
            self.env[name] = one.value
            return
        where, key = self.reader.made.where, f"{name}, within"
        is_new = key not in where
        place = where.setdefault(key, Definition(_name(name), "", ""))  # before what it needs
        term, holds = self.term(one.value)
        taken = name in self.reader.stage._slots or hasattr(self.reader.stage, name)
        is_worth_it = self._uses(name) > 1 and len(term) > SHORT and not taken
        if is_new and not is_worth_it:
            del where[key]
        if is_new and is_worth_it:
            where[key] = Definition(place.left, term, "")
        is_named = key in where and where[key].right == term
        self.env[name] = (place.left, ATOM) if is_named else (term, holds)

    def _uses(self, name: str) -> int:
        """Return how often a local name is read where it counts, not in a check."""
        checks = [n for n in ast.walk(self.tree) if _is_check(n)]
        dropped = {id(n) for check in checks for n in ast.walk(check)}
        return sum(
            isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
            for n in ast.walk(self.tree)
            if id(n) not in dropped
        )

    def _Return(self, one: Any) -> None:
        self.results.append((" \\text{ and } ".join(self.when), self.text(one.value)))

    def _If(self, one: Any) -> None:
        if _is_check(one):
            return
        condition = self.text(one.test)
        if isinstance(one.test, ast.Attribute):  # a mapping that may be left out
            condition += r" \text{ is given}"
        self.when.append(condition)
        self.run(one.body)
        self.when.pop()
        if one.orelse:
            self.when.append(rf"\text{{not }} {condition}")
            self.run(one.orelse)
            self.when.pop()

    def _For(self, one: Any) -> None:
        if not any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(one)):
            return
        self._each(one.target, one.iter)
        self.looped = True
        self.run(one.body)
        self.looped = False

    def _each(self, target: Any, among: Any) -> None:
        """Name the elements of a mapping that is gone through: x with an index."""
        mapping = among.func.value.attr if isinstance(among, ast.Call) else among.attr
        names = [one.id for one in target.elts] if isinstance(target, ast.Tuple) else [target.id]
        self.env[names[0]] = ("i", ATOM)
        if len(names) > 1:
            held = self.reader.stage._slots[mapping].holds
            element = f"{mapping}_i" if held == "suppliers" else f"{_name(mapping)}_i"
            self.env[names[1]] = (element, ATOM)

    # Expressions

    def text(self, one: Any, least: int = SUM) -> str:
        """Return an expression, in brackets where it is looser than asked for."""
        term, holds = self.term(one)
        return term if holds >= least else rf"\left({term}\right)"

    def term(self, one: Any) -> tuple[str, int]:
        """Return an expression, and how closely it holds together."""
        return getattr(self, f"_of_{type(one).__name__}", self._as_written)(one)

    def _as_written(self, one: Any) -> tuple[str, int]:
        return _quoted(ast.unparse(one)), ATOM

    def _of_Constant(self, one: Any) -> tuple[str, int]:
        if isinstance(one.value, int | float) and not isinstance(one.value, bool):
            return _number(one.value), ATOM
        return rf"\text{{“{one.value}”}}", ATOM

    def _of_Name(self, one: Any) -> tuple[str, int]:
        if one.id in self.env:
            return self.env[one.id]
        held = self.method.__globals__.get(one.id)
        if isinstance(held, int | float):
            return _number(held), ATOM
        return _name(one.id), ATOM

    def _of_Attribute(self, one: Any) -> tuple[str, int]:
        if isinstance(one.value, ast.Name) and one.value.id == "np":
            return {"pi": r"\pi", "e": "e"}[one.attr], ATOM
        if one.attr not in self.reader.stage._slots:
            method, above = self.reader._found(one.attr, self.reader.stage.__mro__)
            if method:
                self.reader.define(one.attr, method, above)
        return _name(one.attr), ATOM

    def _of_Subscript(self, one: Any) -> tuple[str, int]:
        held = self.env.get(one.value.id) if isinstance(one.value, ast.Name) else one.value
        if isinstance(held, ast.Dict):  # a variant by name
            asked = self.text(one.slice)
            rows = [
                (rf"{asked} \text{{ is }} {self.text(key)}", self.text(value))
                for key, value in zip(held.keys, held.values, strict=True)
            ]
            return _cases(rows), ATOM
        return f"{self.text(one.value, ATOM)}_i", ATOM

    def _of_Lambda(self, one: Any) -> tuple[str, int]:
        return self.term(one.body)

    def _of_UnaryOp(self, one: Any) -> tuple[str, int]:
        if isinstance(one.op, ast.Not):
            return rf"\text{{not }} {self.text(one.operand, ATOM)}", SUM
        return f"{{-{self.text(one.operand, PRODUCT)}}}", SUM  # grouped, it is drawn as a sign

    def _of_BinOp(self, one: Any) -> tuple[str, int]:
        if isinstance(one.op, ast.Add):
            return f"{self.text(one.left)} + {self.text(one.right)}", SUM
        if isinstance(one.op, ast.Sub):
            return f"{self.text(one.left)} - {self.text(one.right, PRODUCT)}", SUM
        if isinstance(one.op, ast.Mult):
            return rf"{self._first(one.left)} \cdot {self.text(one.right, PRODUCT)}", PRODUCT
        if isinstance(one.op, ast.Div):
            return rf"\frac{{{self.text(one.left)}}}{{{self.text(one.right)}}}", PRODUCT
        if isinstance(one.op, ast.Pow):
            return f"{self.text(one.left, ATOM)}^{{{self.text(one.right)}}}", POWER
        return self._as_written(one)

    def _first(self, one: Any) -> str:
        """Return the first factor of a product, where a minus needs no brackets."""
        is_minus = isinstance(one, ast.UnaryOp) and isinstance(one.op, ast.USub)
        return self.text(one, SUM if is_minus else PRODUCT)

    def _of_Compare(self, one: Any) -> tuple[str, int]:
        if isinstance(one.ops[0], ast.IsNot):  # None
            return rf"{self.text(one.left)} \text{{ is given}}", SUM
        sign = SIGNS.get(type(one.ops[0]))
        if sign is None:
            return self._as_written(one)
        return f"{self.text(one.left)} {sign} {self.text(one.comparators[0])}", SUM

    def _of_BoolOp(self, one: Any) -> tuple[str, int]:
        joined = r" \text{ and } " if isinstance(one.op, ast.And) else r" \text{ or } "
        return joined.join(self.text(part) for part in one.values), SUM

    def _of_IfExp(self, one: Any) -> tuple[str, int]:
        if isinstance(one.test, ast.Compare) and isinstance(one.test.ops[0], ast.Is):
            return self.term(one.orelse)  # a factor that may be left out
        rows = [(self.text(one.test), self.text(one.body)), ("", self.text(one.orelse))]
        return _cases(rows), ATOM

    def _of_Call(self, one: Any) -> tuple[str, int]:
        called = one.func
        if isinstance(called, ast.Subscript):  # a function by name
            return self.term(called)
        if isinstance(called, ast.Attribute):
            if isinstance(called.value, ast.Name) and called.value.id == "np":
                return self._of_numpy(called.attr, one)
            if isinstance(called.value, ast.Name) and called.value.id == "self":
                method, above = self.reader._found(called.attr, self.reader.stage.__mro__)
                return self._applied(called.attr, method, above, one.args)
            if _is_super(called.value):
                method, above = self.reader._found(called.attr, self.above)
                return _Body(self.reader, method, above, {}).value(), SUM
        elif isinstance(called, ast.Name):
            if called.id == "sum":
                return self._of_sum(one.args[0])
            if called.id in ALONE:
                return self.term(one.args[0])
            held = self.method.__globals__.get(called.id)
            if inspect.isfunction(held) and held.__module__.startswith("lca.stages"):
                return self._applied(called.id, held, (), one.args)
        return self._as_written(one)

    def _applied(self, key: str, method: Any, above: Any, given: list[Any]) -> tuple[str, int]:
        self.reader.define(key, method, above)
        said = ", ".join(self.text(one) for one in given)
        return _name(key) + (rf"\left({said}\right)" if given else ""), ATOM

    def _of_sum(self, one: Any) -> tuple[str, int]:
        if isinstance(one, ast.GeneratorExp):
            self._each(one.generators[0].target, one.generators[0].iter)
            return rf"\sum_i {self.text(one.elt, PRODUCT)}", PRODUCT
        return rf"\sum_i {self.text(one.func.value, ATOM)}_i", PRODUCT

    def _of_numpy(self, name: str, one: Any) -> tuple[str, int]:
        if name in ALONE:
            return self.term(one.args[0])
        if name == "where":
            condition, yes, no = one.args
            return _cases([(self.text(condition), self.text(yes)), ("", self.text(no))]), ATOM
        if name == "log1p":
            return rf"\ln\left(1 + {self.text(one.args[0], PRODUCT)}\right)", ATOM
        if name in AROUND:
            before, after, binds = AROUND[name]
            return f"{before}{self.text(one.args[0])}{after}", binds
        said = {"minimum": r"\min", "maximum": r"\max", "exp": r"\exp", "log": r"\ln"}
        said["log2"] = r"\log_2"
        given = ", ".join(self.text(argument) for argument in one.args)
        return rf"{said.get(name, _name(name))}\left({given}\right)", ATOM


def _is_check(one: Any) -> bool:
    return isinstance(one, ast.If) and isinstance(one.body[-1], ast.Raise)


def _is_super(one: Any) -> bool:
    return isinstance(one, ast.Call) and getattr(one.func, "id", "") == "super"


def _cases(rows: list[tuple[str, str]]) -> str:
    """Return what holds under which condition; the last may be without."""
    lines = [
        rf"{text} & \text{{if }} {condition}" if condition else rf"{text} & \text{{otherwise}}"
        for condition, text in rows
    ]
    joined = r" \\ ".join(lines)
    return rf"\begin{{cases}} {joined} \end{{cases}}"
