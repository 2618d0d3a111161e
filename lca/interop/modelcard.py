"""Hugging Face model card: the block `co2_eq_emissions` of its front matter, in grams.

Fields as in the model card's documentation: emissions, source, training_type,
geographical_location, hardware_used. A bare number is also met in cards, and is grams too.
"""

from __future__ import annotations

import io
from math import inf
from pathlib import Path
from typing import Any

from lca import quantity
from lca.interop.export import Export, chosen, total
from lca.interop.textfile import content
from lca.quantity import Quantity
from lca.result import Result
from lca.tables import DataError

GRAMS = 1000.0  # in a kilogram
TRAINING_TYPES = ("pre-training", "fine-tuning")


def block(
    result: Result,
    *,
    training_type: str,
    geographical_location: str = "",
    hardware_used: str = "",
    scenario: str = "",
) -> Export:
    """Return the block of a model card: the median of the total, in grams of CO2e.

    Parameters
    ----------
    result : Result
    training_type : {"pre-training", "fine-tuning"}
    geographical_location, hardware_used : str, optional
        In words; left out unless given.
    scenario : str, optional
        Which, of a result of several.

    Raises
    ------
    DataError
        If the scenario or the type of training is unknown.

    Examples
    --------
    >>> import lca
    >>> grid = lca.stages.Electricity(name="grid", intensity=lca.uniform(low=0.04, high=0.06))
    >>> life = lca.Lifecycle(grid, amount=1000, functional_unit="tuning")
    >>> result = lca.simulate(life, 256, seed=1)
    >>> card = block(result, training_type="fine-tuning", geographical_location="France")
    >>> print(card.text.splitlines()[1])
      emissions: 53700
    """
    if training_type not in TRAINING_TYPES:
        raise DataError(
            f"training_type = {training_type!r}; it is {' or '.join(map(repr, TRAINING_TYPES))}"
        )
    name = chosen(result, scenario)
    gwp = total(result, "gwp", name).scaled(GRAMS, "g CO2e").rounded()
    fields: dict[str, Any] = {
        "emissions": int(gwp.median) if gwp.median == int(gwp.median) else gwp.median,
        "source": f"lca4ai, lifecycle of {result.info['functional_unit']}",
        "training_type": training_type,
        "geographical_location": geographical_location,
        "hardware_used": hardware_used,
    }
    cannot_hold = [
        f"the interval: 90 % from {gwp.low:,g} to {gwp.high:,g} {gwp.unit}",
        "the boundary: cards hold the electricity of training as a rule, this holds "
        f"{', '.join(dict.fromkeys(result.info['phases'][name].values()))}",
        "other categories than climate change, and the characterisation factors "
        f"({result.info['factors']})",
    ]
    if gwp.note:
        cannot_hold.append(f"what is not counted: {gwp.note}")
    text = _dumped({"co2_eq_emissions": {key: value for key, value in fields.items() if value}})
    return Export("Hugging Face model card", text, tuple(cannot_hold))


def _dumped(content: dict[str, Any]) -> str:
    from ruamel.yaml import YAML

    stream = io.StringIO()
    writer = YAML()
    writer.width = 1000
    writer.dump(content, stream)
    return stream.getvalue()


def read(card: str | Path) -> Quantity:
    """Return the emissions of a model card [gCO2e], from its text or its file.

    Parameters
    ----------
    card : str or Path
        Text of a block, or of a card with a front matter; a Path is read.

    Raises
    ------
    DataError
        If it has no `co2_eq_emissions`, or its emissions are no number of at least 0.

    Examples
    --------
    >>> read("---\\nco2_eq_emissions: 83.524\\n---\\n# A card").to("kgCO2e").point
    0.083524
    """
    from ruamel.yaml import YAML, YAMLError

    where = card.name if isinstance(card, Path) else "the card"
    text = content(card) if isinstance(card, Path) else card
    front = text.split("---")[1] if text.lstrip().startswith("---") else text
    try:
        fields = YAML(typ="safe").load(front)
    except YAMLError as error:
        raise DataError(f"{where}: no YAML: {error}") from None
    if not isinstance(fields, dict) or "co2_eq_emissions" not in fields:
        raise DataError(f"{where} has no co2_eq_emissions")
    found = fields["co2_eq_emissions"]
    grams = found.get("emissions") if isinstance(found, dict) else found
    if isinstance(grams, bool) or not isinstance(grams, (int, float)) or not 0 <= grams < inf:
        raise DataError(f"{where}: emissions = {grams!r} is no number of grams of at least 0")
    return quantity.fixed(
        grams, "gCO2e", source=where, note="as the card has it; its boundary is not said"
    )
