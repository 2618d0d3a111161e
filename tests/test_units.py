"""Units: spellings of the field, dimensions kept apart, exact factors, near names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lca
from lca import units
from lca.units import factor, near, parse, same

# -- spellings --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("kg CO2-eq", "kgCO2e"),
        ("kg CO2 eq", "kgCO2e"),
        ("kg CO2 eq.", "kgCO2e"),
        ("kg CO2-e", "kgCO2e"),
        ("kgCO2eq", "kgCO2e"),
        ("t CO2e", "tCO2e"),
        ("g CO2-eq/kWh", "gCO2e/kWh"),
        ("kg CO2-eq per kWh", "kgCO2e/kWh"),
        ("kg CO2-eq/m3", "kgCO2e/m**3"),
        ("kg Sb eq", "kgSbe"),
        ("kg Sb-eq.", "kgSbe"),
        ("m3", "m**3"),
        ("m^3", "m**3"),
        ("m³", "m**3"),
        ("cm3", "cm**3"),
        ("W/m2", "W/m**2"),
        ("m3 world-eq", "m3we"),
        ("m3 world eq.", "m3we"),
        ("m3 we", "m3we"),
        ("%", "percent"),
        ("%/year", "percent/year"),
        ("kW-h", "kWh"),
        ("kW*h", "kWh"),
        ("kW h", "kWh"),
        ("kW·h", "kWh"),
        ("TB-year", "TB*year"),
        ("t-km", "tkm"),
        ("GPU-hour", "accelerator_hour"),
        ("GPU-hours", "accelerator_hour"),
        ("GPU hours", "accelerator_hour"),
        ("GPU-h", "accelerator_hour"),
        ("TPU*h", "accelerator_hour"),
        ("server", "node"),
        ("µg", "ug"),
        ("", "1"),
        ("  ", "1"),
        (" kWh ", "kWh"),
    ],
)
def test_spellings_of_the_field_name_the_unit_they_mean(written, plain):
    assert same(written, plain)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("kgCO2e/kW-h", "kgCO2e/kWh"),
        ("kg CO2-eq / kW-h", "kgCO2e/kWh"),
        ("kgCO2e/TB-year", "kgCO2e/TB/year"),
        ("kgCO2e/t-km", "kgCO2e/tonne/km"),
        ("kW-h/GPU-hour", "kW/accelerator"),
        ("L/kW-h", "L/kWh"),
    ],
)
def test_a_hyphenated_unit_below_a_fraction_line_stays_below_it(written, plain):
    assert factor(written, plain) == 1.0


@pytest.mark.parametrize(
    ("written", "plain"),
    [("short_ton-mile", "short_ton*mile"), ("m2-year", "m**2*year"), ("m3-km", "m**3*km")],
)
def test_a_hyphen_joins_names_with_underscores_and_powers_too(written, plain):
    assert same(written, plain)


@pytest.mark.parametrize("written", ["kg CO₂e", "kg CO₂-eq", "μg CO2e"])
def test_typographic_subscripts_and_the_greek_mu_are_read(written):
    assert same(written, written.replace("₂", "2").replace("μ", "u"))


# -- conventions ------------------------------------------------------------------------------


def test_a_year_has_8760_hours_and_a_month_730():
    assert factor("year", "hour") == 8760.0
    assert factor("a", "h") == factor("yr", "hr") == 8760.0
    assert factor("month", "hour") == 730.0
    assert factor("week", "day") == 7.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("accelerator", "board"),
        ("accelerator", "node"),
        ("board", "node"),
        ("node", "rack"),
        ("drive", "node"),
        ("accelerator", "1"),
        ("kgCO2e", "kg"),
        ("kgCO2e", "kgSbe"),
        ("m3we", "m3"),
        ("accelerator_hour", "node_hour"),
        ("accelerator_hour", "hour"),
        ("kgCO2e/board", "kgCO2e/accelerator"),
        ("kW", "kWh"),
        ("token", "request"),
        ("USD", "1"),
        ("byte", "1"),
    ],
)
def test_what_must_not_be_mistaken_is_of_another_kind(one, other):
    assert not same(one, other)
    with pytest.raises(lca.UnitError, match="is not a unit of the same kind as"):
        factor(one, other)
    with pytest.raises(lca.UnitError, match="is not a unit of the same kind as"):
        factor(other, one)


def test_a_gpu_and_a_tpu_are_accelerators():
    assert same("GPU", "accelerator")
    assert same("TPU", "accelerator")


def test_accelerator_hours_times_power_per_accelerator_are_energy():
    assert factor("accelerator_hour*W/accelerator", "kWh") == 0.001
    assert factor("GPU-hour*kW/GPU", "MWh") == 0.001
    assert factor("node_hour*kW/node", "kWh") == 1.0
    with pytest.raises(lca.UnitError, match="same kind"):
        factor("accelerator_hour*W/node", "kWh")


def test_capital_and_small_prefixes_differ():
    assert factor("MW", "mW") == 1e9
    assert factor("GWh", "MWh") == 1000.0
    assert factor("Mt", "kt") == 1000.0
    assert factor("B", "bit") == 8.0


# -- factors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "wanted", "expected"),
    [
        ("gCO2e/kWh", "kgCO2e/kWh", 0.001),
        ("kgCO2e/kWh", "gCO2e/kWh", 1000.0),
        ("gCO2e/kWh", "tCO2e/GWh", 1.0),
        ("lbCO2e/MWh", "kgCO2e/kWh", 0.00045359237),
        ("W", "kW", 0.001),
        ("MWh", "GJ", 3.6),
        ("kWh", "MJ", 3.6),
        ("%", "1", 0.01),
        ("1", "%", 100.0),
        ("gal", "L", 3.785411784),
        ("m3", "L", 1000.0),
        ("mile", "km", 1.609344),
        ("short_ton", "kg", 907.18474),
        ("kgCO2e/tonne/km", "kgCO2e/tkm", 1.0),
        ("kgCO2e/GB", "kgCO2e/TB", 1000.0),
        ("g", "tonne", 1e-6),
        ("YB", "B", 1e24),
        ("kWh/year", "W", 1000 / 8760),
    ],
)
def test_factors_are_exact_decimals(given_, wanted, expected):
    assert factor(given_, wanted) == pytest.approx(expected, rel=1e-15)
    if expected == float(f"{expected:.12g}"):
        assert factor(given_, wanted) == expected


CHAINS = {
    "energy": ["J", "kJ", "MJ", "GJ", "Wh", "kWh", "MWh", "GWh", "TWh", "kW-h"],
    "mass": ["g", "kg", "tonne", "lb", "oz", "short_ton", "Mt"],
    "carbon": ["gCO2e", "kgCO2e", "tCO2e", "lbCO2e", "kg CO2-eq", "MtCO2e"],
    "intensity": ["gCO2e/kWh", "kgCO2e/MWh", "lbCO2e/MWh", "kgCO2e/MJ", "tCO2e/GWh"],
    "time": ["s", "min", "h", "day", "week", "month", "year"],
    "volume": ["L", "mL", "m3", "gal", "cm3"],
    "length": ["m", "km", "mile", "inch", "mm"],
    "information": ["bit", "B", "kB", "GB", "TB", "PB"],
    "share": ["1", "%", "g/kg"],
}
same_kind = st.sampled_from(list(CHAINS.values())).flatmap(
    lambda names: st.tuples(*[st.sampled_from(names)] * 3)
)


@settings(deadline=None)
@given(same_kind)
def test_there_and_back_is_one_and_a_detour_changes_nothing(three):
    one, other, third = three
    assert factor(one, other) * factor(other, one) == pytest.approx(1, rel=1e-13)
    assert factor(one, other) * factor(other, third) == pytest.approx(factor(one, third), rel=1e-13)
    assert factor(one, one) == 1.0
    assert same(one, other) == same(other, one)


@settings(deadline=None)
@given(same_kind, st.floats(1e-6, 1e6))
def test_a_quantity_there_and_back_is_the_same_unknown(three, value):
    one, other, _ = three
    there = lca.lognormal(median=value, gsd=1.3, unit=one, name="x")
    back = there.to(other).to(one)
    assert back.point == pytest.approx(there.point, rel=1e-12)
    assert back.definition == there.to(other).definition == there.definition


@settings(deadline=None)
@given(st.sampled_from(sorted(CHAINS)), st.sampled_from(sorted(CHAINS)))
def test_units_of_different_chains_never_convert(one, other):
    if one != other:
        assert not same(CHAINS[one][0], CHAINS[other][0])


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("kWhh", "no unit 'kWhh'.*did you mean 'kWh'"),
        ("kgCO2e/kWhh", r"no unit 'kWhh' \(in 'kgCO2e/kWhh'\); did you mean 'kWh'"),
        ("kwh", "did you mean 'kWh'"),
        ("kgCO2", "did you mean 'kgCO2e'"),
        ("gCO2/kWh", "no unit 'gCO2'.*did you mean 'gCO2e'"),
        ("gpu-hour", "no unit 'gpu'.*did you mean 'GPU'"),
        ("acelerator", "did you mean 'accelerator'"),
        ("TFLOPS", "did you mean 'TFLOP'"),
        ("tonnne", "did you mean 'tonne'"),
    ],
)
def test_an_unknown_unit_is_refused_with_near_names(written, hint):
    with pytest.raises(lca.UnitError, match=hint):
        parse(written)


@pytest.mark.parametrize("written", ["EUR", "degC", "ppm", "pi", "zzz"])
def test_an_unknown_unit_without_near_names_is_refused_all_the_same(written):
    with pytest.raises(lca.UnitError, match=f"no unit '{written}'"):
        parse(written)


@pytest.mark.parametrize(
    "written", ["2", "100 kWh", "3.6 MJ", "kWh+kWh", "-kWh", "kWh/", "$", "(", "nan"]
)
def test_numbers_sums_and_scraps_are_no_units(written):
    with pytest.raises(lca.UnitError, match="is not a unit: write it as 'kWh'"):
        parse(written)


def test_a_doubled_fraction_line_is_no_unit():
    with pytest.raises(lca.UnitError, match="is not a unit"):
        parse("kWh//h")


@pytest.mark.parametrize("given_", [3, None, 1.5, b"kWh"])
def test_a_unit_is_a_text(given_):
    with pytest.raises(lca.UnitError, match="a unit is a text such as 'kWh', not"):
        parse(given_)


def test_same_is_false_for_unknown_units():
    assert not same("kWh", "kWhh")
    assert not same("kWhh", "kWhh")


def test_a_unit_without_offset_keeps_temperature_differences_plain():
    assert factor("W/K", "kW/K") == 0.001
    assert factor("K", "mK") == 1000.0


def test_the_registry_is_built_once():
    assert units.registry() is units.registry()


# -- near names -------------------------------------------------------------------------------


def test_near_offers_names_whatever_their_case_and_nothing_when_none_is_near():
    assert near("intensty", ["intensity", "losses"]) == "; did you mean 'intensity'?"
    assert near("PUE", ["pue", "wue"]).startswith("; did you mean 'pue'")
    assert near("zzz", ["pue", "wue"]) == ""
    assert near("", ["pue", "wue"]) == ""
    assert near("A100", ["H100-SXM-80GB", "A100-SXM-80GB"]) == "; did you mean 'A100-SXM-80GB'?"
    assert near(None, ["pue"]) == ""
