"""Cells that are darker the higher their number, and say it."""

from __future__ import annotations

from typing import Any

from lca.figures import style


def draw(
    ax: Any, corner: tuple[float, float], size: tuple[float, float], shade: float, text: str
) -> None:
    """Draw a cell: white at a shade of 0, dark blue at 1, with a text that fits."""
    from matplotlib.patches import Rectangle

    share = min(max(shade, 0.0), 1.0)
    dark = (0.0, 0.27, 0.45)
    color = tuple(1 - share * (1 - one) for one in dark)
    about: dict[str, Any] = {"facecolor": color, "edgecolor": style.PALE, "linewidth": 0.4}
    ax.add_patch(Rectangle(corner, *size, **about))
    ax.text(
        corner[0] + size[0] / 2,
        corner[1] + size[1] / 2,
        text,
        ha="center",
        va="center_baseline",
        fontsize=style.SMALL,
        color="white" if share > 0.65 else style.INK if share > 0 else style.GREY,
    )
