"""Component factors: values that peers print, from the same inputs."""

import numpy as np
import pytest

import lca
from lca.stages import (
    AcceleratorFromParts,
    Component,
    ComponentByMass,
    MemoryComponent,
    NodeFromParts,
    ProcessorComponent,
)

# Green Cloud Computing (Umweltbundesamt 2021) as peers use it: kgCO2e, MJ, kgSbe.
DIE = {"carbon_per_area": 1.97, "primary_energy_per_area": 26.5, "minerals_per_area": 5.87e-7}
MEMORY = {"carbon_per_area": 2.20, "primary_energy_per_area": 27.3, "minerals_per_area": 6.3e-5}
CPU = {"carbon": 9.14, "primary_energy": 156, "minerals": 2.04e-2}
MODULE = {"carbon": 5.22, "primary_energy": 74, "minerals": 1.69e-3}
DRIVE = {"carbon": 6.34, "primary_energy": 73.98, "minerals": 5.63e-4}
CARD = {"carbon": 26.97, "primary_energy": 156, "minerals": 0.01707}  # Morand et al. 2024


def impact(stage, category="gwp"):
    return lca.Lifecycle(stage, functional_unit="one piece").nominal(category)


def cpu(area, **about):
    return ProcessorComponent(area=lca.fixed(area, "mm2"), **(DIE | CPU | about))


def memory(capacity, density, **about):
    return MemoryComponent(capacity=capacity, density=density, **(MEMORY | MODULE | about))


def test_a_processor_of_200_mm2():
    assert impact(cpu(200)) == pytest.approx(13.08, rel=1e-3)
    assert impact(cpu(200), "pe") == pytest.approx(200 * 0.265 + 156)
    assert impact(cpu(200), "adpe") == pytest.approx(200 * 5.87e-9 + 2.04e-2)


def test_a_memory_module_and_drives():
    assert impact(memory(32, 1.25)) == pytest.approx(61.54, rel=1e-3)
    assert impact(memory(32, 1.25), "pe") == pytest.approx(25.6 * 27.3 + 74)
    assert impact(memory(1000, 48.5, **DRIVE)) == pytest.approx(51.7, rel=1e-3)
    disk = Component(carbon=31.11, primary_energy=276, minerals=2.5e-4)
    assert (impact(disk), impact(disk, "adpe")) == (31.11, 2.5e-4)


def test_an_h100_by_the_model_of_morand_2024_with_and_without_memory():
    die = ProcessorComponent(name="die and card", area=8.14, **(DIE | CARD))
    alone = AcceleratorFromParts(parts={"die": die}, counts={"die": 1})
    parts = {"die": die, "memory": memory(80, 1.876, name="memory")}
    whole = AcceleratorFromParts(name="H100", parts=parts, counts=dict.fromkeys(parts, 1))
    assert impact(alone) == pytest.approx(43.0, rel=1e-3)  # Green Algorithms, data 3.1
    assert impact(whole) == pytest.approx(142.0, rel=1e-3)


def server():
    """Return two CPU, twelve modules of 32 GB, a drive, two supplies, board, case, assembly."""
    supply = ComponentByMass(
        name="supply",
        mass=2.99,
        carbon_per_mass=24.3,
        primary_energy_per_mass=352,
        minerals_per_mass=8.3e-3,
    )
    parts = {
        "cpu": (cpu(694, name="cpu"), 2),
        "memory": (memory(32, 1.79, name="memory"), 12),
        "drive": (memory(400, 50.6, name="drive", **DRIVE), 1),
        "supply": (supply, 2),
        "board": (
            Component(name="board", carbon=66.1, primary_energy=836, minerals=3.69e-3),
            1,
        ),
        "case": (Component(name="case", carbon=150, primary_energy=2200, minerals=0.0202), 1),
        "assembly": (
            Component(name="assembly", carbon=6.68, primary_energy=68.6, minerals=1.41e-6),
            1,
        ),
    }
    return NodeFromParts(
        name="server",
        parts={name: part for name, (part, _) in parts.items()},
        counts={name: count for name, (_, count) in parts.items()},
    )


def test_a_server_for_a_year_of_its_four_in_a_cluster():
    """A peer prints 243 kg embodied and 257.5 kg of use: 300 W in France at 0.098 kg/kWh."""
    grid = lca.stages.Electricity(name="grid", intensity=0.098, losses=0.0)
    held = lca.stages.Cluster(
        electricity=grid,
        server=server(),
        idle_time="left to the owner",
        accelerators_per_node=1,
        lifetime=4,
        utilisation=1.0,
        rated_power=0.3,
        infrastructure_power=0.3,
    )
    run = lca.simulate(
        lca.Lifecycle(held, amount=8760, functional_unit="a year"), 64, 1, progress=False
    )
    phases = run.by("phase").sel(category="gwp", scenario="baseline").mean("sample")
    assert float(phases.sel(key="manufacturing")) == pytest.approx(243, rel=0.01)
    assert float(phases.sel(key="operation")) == pytest.approx(257.5, rel=0.01)


def test_a_server_sums_its_parts_in_three_categories():
    made = server()
    for category in ("gwp", "pe", "adpe"):
        parts = sum(made.counts[n].point * impact(p, category) for n, p in made.parts.items())
        assert impact(made, category) == pytest.approx(parts)


def test_denser_memory_costs_less_in_every_sample():
    density = lca.lognormal(median=1.8, gsd=1.3, name="density")
    life = lca.Lifecycle(memory(32, density), functional_unit="one module")
    run = lca.simulate(life, 64, 1, progress=False)
    drawn = run.draws.sel(input="density").to_numpy()
    for category, per_area, base in (("gwp", 2.20, 5.22), ("pe", 27.3, 74)):
        total = run.total(category).to_numpy()[0]
        np.testing.assert_allclose(total, 32 / drawn * per_area + base)


def test_factors_have_no_defaults():
    with pytest.raises(TypeError, match="carbon"):
        ProcessorComponent(area=2.0)
    with pytest.raises(ValueError, match="density"):
        memory(32, 0.0)
