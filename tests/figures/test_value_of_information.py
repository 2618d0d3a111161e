"""Value of information: bars are the values of the table."""

import pytest

import lca
from lca.figures import value_of_information


@pytest.fixture(scope="module")
def study():
    grid = lca.stages.Electricity(
        name="grid", intensity=lca.uniform(low=0.3, high=0.5), losses=lca.uniform(low=0, high=0.1)
    )
    life = lca.Lifecycle(grid, functional_unit="one kWh")
    own = life.replace({"grid.intensity": 0.39, "grid.losses": lca.uniform(low=0, high=0.2)})
    return lca.Study({"grid": life, "own": own})


@pytest.fixture(scope="module")
def table(study):
    return lca.sensitivity.evppi(study, n=1024, seed=1, of="gwp")


def test_bars_and_whiskers_are_those_of_the_table(table):
    ax = value_of_information(table)
    size = table["value"][0] / ax.patches[0].get_width()
    assert size == pytest.approx(1e-3)
    assert [bar.get_width() * size for bar in ax.patches] == pytest.approx(table["value"].tolist())
    for row, line in zip(table.itertuples(), ax.lines, strict=False):
        ends = (row.value - row.value_conf) / size, (row.value + row.value_conf) / size
        assert list(line.get_xdata()) == pytest.approx(list(ends))


def test_it_says_unit_choice_functional_unit_and_share(table, words):
    ax = value_of_information(table)
    said = words(ax)
    title = "Global warming potential over 100 years, g CO2e for one kWh (own − grid)"
    assert f"Value of information: {title}" in said
    assert f"({100 * table['share'][0]:.0f} %)" in said
    assert "Factor set AR6" in said


def test_a_chance_is_in_per_cent(study, words):
    table = lca.sensitivity.evppi(study, n=1024, seed=1, of="gwp", loss="0-1")
    ax = value_of_information(table)
    assert ax.patches[0].get_width() == pytest.approx(100 * table["value"][0])
    assert "in the probability of choosing right" in words(ax)


def test_what_could_change_no_choice_says_so(table, words):
    none = table.copy()
    none[["value", "value_conf", "share"]] = 0.0
    ax = value_of_information(none)
    assert [bar.get_width() for bar in ax.patches] == [0] * len(none)
    assert "No input alone could change the choice." in words(ax)
    assert "−" not in "".join(text.get_text() for text in ax.texts[1:])


def test_noise_below_zero_is_drawn_and_rounding_is_not(table):
    noisy = table.copy()
    noisy["value"] = [0.01, -0.002, *[1e-17] * (len(noisy) - 2)]
    assert [bar.get_width() for bar in value_of_information(noisy).patches] == pytest.approx(
        [10, -2]
    )


def test_measurements_are_drawn_alike(study):
    table = lca.sensitivity.evsi(study, {"grid.intensity": 1.1}, n=1024, seed=1, of="gwp")
    assert len(value_of_information(table).patches) == 1


@pytest.mark.parametrize("count", [1, 12])
def test_texts_stand_apart(table, check_texts, count):
    rows = table.loc[[0] * count].copy()
    rows["input"] = [f"{i}: an input whose name goes on {'and on ' * 20}" for i in range(count)]
    check_texts(value_of_information(rows, most=12))


def test_another_table_is_refused(table):
    with pytest.raises(ValueError, match="value_of_information: no column value_conf, share"):
        value_of_information(table.drop(columns=["value_conf", "share"]))
