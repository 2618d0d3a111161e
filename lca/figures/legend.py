"""A legend above the axes: lines that are measured, so that no name overlaps another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lca.figures import style

_HANDLE, _PAD, _GAP, _LINE = 11.0, 3.0, 9.0, 10.0  # pt: patch, patch to name, next, height


def lines(names: Sequence[str], width: float) -> list[list[str]]:
    """Return the names in lines that are at most `width` points wide."""
    found: list[list[str]] = [[]]
    used = 0.0
    for name in names:
        needed = _HANDLE + _PAD + style.text_width(name, style.TEXT)
        if found[-1] and used + needed > width:
            found.append([])
            used = 0.0
        found[-1].append(name)
        used += needed + _GAP
    return found


def framed(names: Sequence[str], ax: Any, left: float = 6.0, above: float = 0.0) -> style.Frame:
    """Return a frame with room for a legend of these names above the axes."""
    frame = style.Frame(left=left)
    height = _LINE * len(lines(names, style.width_of(ax, frame))) if names else 0
    return style.Frame(left=left, top=6 + height + above)


def draw(ax: Any, handles: Mapping[str, Any]) -> None:
    """Draw handles by name above the axes, in as many lines as they need."""
    from matplotlib.legend import Legend
    from matplotlib.transforms import ScaledTranslation

    size, width = style.TEXT, style.width_of(ax)
    placed = lines(list(handles), width)
    for i, names in enumerate(placed):
        up = 4 + _LINE * (len(placed) - 1 - i)
        shift = ScaledTranslation(0, up / 72, ax.figure.dpi_scale_trans)
        legend = Legend(
            ax,
            [handles[name] for name in names],
            [style.shortened(name, width - _HANDLE - _PAD) for name in names],
            ncols=len(names),
            loc="lower left",
            bbox_to_anchor=(0, 1),
            bbox_transform=ax.transAxes + shift,
            frameon=False,
            fontsize=size,
            labelcolor=style.INK,
            borderpad=0,
            borderaxespad=0,
            handlelength=_HANDLE / size,
            handleheight=0.8,
            handletextpad=_PAD / size,
            columnspacing=_GAP / size,
        )
        for text in legend.get_texts():
            text.set_parse_math(False)
        ax.add_artist(legend).set_clip_on(False)  # else a tight box around the figure cuts it


def patches(colors: Mapping[str, str], **about: Any) -> dict[str, Any]:
    """Return a patch of each colour by name, as `draw` takes them."""
    from matplotlib.patches import Patch

    return {name: Patch(facecolor=color, **about) for name, color in colors.items()}
