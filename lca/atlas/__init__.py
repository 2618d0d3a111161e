"""Atlas: all notable models at once, from what is disclosed of each.

The rule was written down before anything was computed, and is the same for every model of
`runs/models.csv`. Nothing in it was fitted to a result.

1. **Work.** Where accelerator-hours are disclosed, they are taken (`RatedTraining`). Else they
   follow from the computation, ``FLOP / (peak × MFU)`` (`StatedComputeTraining`), with the MFU of
   whole runs of any size. Where the computation is not stated either, that of a language model is
   ``6 × parameters × tokens``. Else the model is left out, and counted. A computation stated by a
   compilation is off by a factor of each model's own, by the confidence of its row. Of a
   computation that includes the training of another model of the table (column "base"), that is
   taken off; where less than a twentieth of the base is left, the model is left out, and counted.
   A run that stands in `runs/training_runs.csv` is taken from there: hours, accelerator, power
   where it was metered, PUE, place.
2. **Power** is the rated power, times the share of it that training draws, times the overhead of
   the host; or the mean power metered for the whole system.
3. **Hardware.** An accelerator whose module is not said ("A100") is each of that name, as likely.
   Of one whose power or rate the tables lack, each of its maker and class (graphics card, or not)
   that came out in the four years up to the model's, or the first ones after, is as likely; of a
   maker without any, each of the class. Unknown hardware is that of the models with known
   hardware within two years and of the same size (below 1 ZFLOP, below 1,000, above), as often as
   they have it; within two years alone where these are fewer than five.
4. **Site.** The grid is that of the place, if it is known; else of the country of the organisation,
   in the year of publication (of several countries each is as likely, of none the world), and
   within the United States, China and Canada that of a state or province, each as likely
   (`stages.electricity_within`). PUE is that of the run; else of the operator, if it has a
   published one or is a large cloud; else of an unknown operator.
5. **Hardware, as made,** is amortised as by `training_run`: lifetime, utilisation, idle time
   carried, transport, disposal.
6. **What is one unknown.** All that is carried over from other runs, since no model discloses it,
   is one draw for all models: MFU, share of power, overhead of hosts, utilisation and life of
   clusters, footprints, grids of a country with what is common to its years, development. Of its
   own each model has its site, its PUE, its hardware where that is unknown, and the error of its
   computation. Sums are therefore as wide as if the defaults were wrong for all alike; columns
   called "independent" show how narrow they would be if every model erred by itself. The truth
   lies between.
7. **Sums are of means**, never of medians, and intervals of sums are of sums of samples.

Only final runs are in "energy", "operational", "embodied" and "total"; "with_development" is the
total times one plus the ratio of development that is the default of the package.
"""

from lca.atlas.assessment import COMBINATIONS, ITEMS, QUANTITIES, Atlas, assess, text
from lca.atlas.disclosed import STRATA, Model, named, read
from lca.atlas.hidden import checks
from lca.atlas.run import lifecycle

__all__ = [
    "COMBINATIONS",
    "ITEMS",
    "QUANTITIES",
    "STRATA",
    "Atlas",
    "Model",
    "assess",
    "checks",
    "lifecycle",
    "named",
    "read",
    "text",
]
