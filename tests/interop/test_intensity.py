"""Hourly intensities; where each file is from says data/README.md."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import lca
from lca.interop import intensity

DATA = Path(__file__).parent / "data"
SPRING, AUTUMN = DATA / "entsoe-CH-spring-2021.csv", DATA / "entsoe-CH-autumn-2021.csv"
MAPS = DATA / "electricity-maps-header.csv"
HYDRO, NUCLEAR, SOLAR, WIND = (
    lca.catalogue.figure(f"technology.{one}.ghg.ar5").point
    for one in ("hydro", "nuclear", "solar_utility", "wind_onshore")
)


def test_a_day_of_23_hours_has_23():
    hourly = intensity.read(SPRING)
    assert (len(hourly.intensity), hourly.missing) == (23, 0)
    assert hourly.days("Europe/Zurich") == {"2021-03-28": 23}
    assert f"{hourly.begin:%Y-%m-%d %H:%M}" == "2021-03-27 23:00"
    local = [f"{moment:%H:%M}" for moment in hourly.local("Europe/Zurich")]
    assert local[:4] == ["00:00", "01:00", "03:00", "04:00"]


def test_a_day_of_25_hours_has_25_and_its_equal_hours_differ():
    hourly = intensity.read(AUTUMN)
    assert (len(hourly.intensity), hourly.missing) == (25, 0)
    assert hourly.days("Europe/Zurich") == {"2021-10-31": 25}
    first, second = hourly.intensity[2:4]
    for found, (run, reservoir, nuclear, wind) in (
        (first, (122, 290, 2920, 14)),
        (second, (123, 285, 2880, 16)),
    ):
        emitted = (run + reservoir) * HYDRO + nuclear * NUCLEAR + wind * WIND
        assert found == pytest.approx(emitted / (run + reservoir + nuclear + wind))


def test_generation_becomes_an_intensity_without_what_is_stored():
    noon = intensity.read(SPRING).intensity[11]  # 12:00 local; pumped storage 184 MW left out
    emitted = (132 + 240) * HYDRO + 2520 * NUCLEAR + 1500 * SOLAR + 34 * WIND
    assert noon == pytest.approx(emitted / (132 + 240 + 2520 + 1500 + 34))


def test_quarters_are_averaged_by_generation_and_a_missing_one_is_said(tmp_path):
    file = tmp_path / "quarters.csv"
    head = '"Area","MTU","Nuclear - Actual Aggregated [MW]","Solar - Actual Aggregated [MW]"\n'
    times = [f"{h:02}:{m:02}" for h in range(3) for m in range(0, 60, 15)]
    values = [(100, 0), (100, 0), (0, 50), (0, 50), *[(100, 100)] * 8]
    lines = [
        f'"A","31.10.2021 {a} - 31.10.2021 {b} (UTC)","{n}","{s}"\n'
        for (a, b), (n, s) in zip(
            zip(times, [*times[1:], "03:00"], strict=True), values, strict=True
        )
    ]
    lines[5] = lines[5].replace('"100","100"', '"n/e","100"')
    file.write_text(head + "".join(lines))
    hourly = intensity.read(file)
    assert hourly.intensity[0] == pytest.approx((200 * NUCLEAR + 100 * SOLAR) / 300)
    assert np.isnan(hourly.intensity[1])
    assert hourly.missing == 1
    with pytest.raises(lca.DataError, match="1 hours of the load have no intensity"):
        hourly.mean(gsd=1)
    assert hourly.mean([1, 0, 0], gsd=1).point == pytest.approx(hourly.intensity[0])
    whole = hourly.interpolated()
    assert whole.intensity[1] == pytest.approx((hourly.intensity[0] + hourly.intensity[2]) / 2)


# The newer layout, as in data/raw/AGGREGATED_GENERATION_PER_TYPE_GENERATION_202605092200-… of
# github.com/peaceofsense/PyUCED at 9cbaab4; the numbers are made up.
NEWER = '"MTU (CET/CEST)","Area","Production Type","Generation (MW)"\n'


def _newer(tmp_path, steps, header=NEWER, **powers):
    """Write a file with a line for each type and step; powers by type, one or one for each."""
    lines = []
    for kind, power in {"Energy storage": "n/e", "Nuclear": 100, **powers}.items():
        each = power if isinstance(power, list) else [power] * len(steps)
        lines += [
            f'"{step}","BZN|DE-LU","{kind}","{one}"\n'
            for step, one in zip(steps, each, strict=True)
        ]
    file = tmp_path / "newer.csv"
    file.write_text(header + "".join(lines))
    return file


def _quarters(day, hours):
    marks = [f"{day} {hour:02}:{minute:02}:00" for hour in hours for minute in (0, 15, 30, 45)]
    return [f"{begin} - {end}" for begin, end in pairwise(marks)]


def test_the_newer_layout_has_a_line_for_each_type(tmp_path):
    steps = _quarters("10/05/2026", range(5))[:16]
    powers = {"Solar": [0] * 8 + [300] * 8, "Hydro Run-of-river and pondage": 50}
    hourly = intensity.read(_newer(tmp_path, steps, **powers))
    assert (hourly.zone, len(hourly.intensity), hourly.missing) == ("BZN|DE-LU", 4, 0)
    assert f"{hourly.begin:%Y-%m-%d %H:%M}" == "2026-05-09 22:00"
    dark = (100 * NUCLEAR + 50 * HYDRO) / 150
    bright = (100 * NUCLEAR + 50 * HYDRO + 300 * SOLAR) / 450
    assert hourly.intensity == pytest.approx([dark, dark, bright, bright])
    in_utc = _newer(tmp_path, steps, NEWER.replace("CET/CEST", "UTC"), **powers)
    assert f"{intensity.read(in_utc).begin:%Y-%m-%d %H:%M}" == "2026-05-10 00:00"


def test_the_newer_layout_marks_the_hours_beside_a_change_of_the_clock(tmp_path):
    spring = [
        *_quarters("31/03/2024", [0, 1]),
        "31/03/2024 01:45:00 (CET) - 31/03/2024 03:00:00 (CEST)",
        *_quarters("31/03/2024", range(3, 24)),
        "31/03/2024 23:45:00 - 01/04/2024 00:00:00",
    ]
    hourly = intensity.read(_newer(tmp_path, spring))
    assert (hourly.days("Europe/Berlin"), hourly.missing) == ({"2024-03-31": 23}, 0)
    twice = [f"27/10/2024 02:{minute:02}:00" for minute in (0, 15, 30, 45)]
    autumn = [
        *_quarters("27/10/2024", [0, 1]),
        f"27/10/2024 01:45:00 (CEST) - {twice[0]} (CEST)",
        *[f"{a} (CEST) - {b} (CEST)" for a, b in pairwise(twice)],
        f"{twice[3]} (CEST) - {twice[0]} (CET)",
        *[f"{a} (CET) - {b} (CET)" for a, b in pairwise(twice)],
        f"{twice[3]} (CET) - 27/10/2024 03:00:00 (CET)",
        *_quarters("27/10/2024", range(3, 24)),
        "27/10/2024 23:45:00 - 28/10/2024 00:00:00",
    ]
    solar = [100.0 if "(CET)" in step.split(" - ")[0] else 0.0 for step in autumn]
    hourly = intensity.read(_newer(tmp_path, autumn, Solar=solar))
    assert (hourly.days("Europe/Berlin"), hourly.missing) == ({"2024-10-27": 25}, 0)
    assert list(np.flatnonzero(hourly.intensity != NUCLEAR)) == [3]  # 02:00 for the second time


def test_the_second_equal_hour_is_the_second_also_where_it_is_not_marked(tmp_path):
    steps = [f"27/10/2024 0{hour}:00:00 - 27/10/2024 0{hour + 1}:00:00" for hour in (1, 2, 2, 3)]
    hourly = intensity.read(_newer(tmp_path, steps, Solar=[0, 0, 100, 0]))
    assert len(hourly.intensity) == 4
    assert list(np.flatnonzero(hourly.intensity != NUCLEAR)) == [2]


def test_steps_may_become_shorter_within_a_file(tmp_path):
    steps = ["01/10/2025 00:00:00 - 01/10/2025 01:00:00", *_quarters("01/10/2025", [1, 2])[:6]]
    hourly = intensity.read(_newer(tmp_path, steps, Solar=[100, 0, 0, 200, 200, 0, 0]))
    whole = (100 * NUCLEAR + 100 * SOLAR) / 200
    assert hourly.intensity[:2] == pytest.approx([whole, whole])
    assert np.isnan(hourly.intensity[2])  # two of its quarters are not there


def test_electricity_maps_are_grams_and_become_kilograms():
    hourly = intensity.read(MAPS)
    assert hourly.zone == "FR"
    assert hourly.intensity * 1000 == pytest.approx([40, 50, 60, 45])
    assert intensity.read(MAPS, boundary="direct").intensity[0] == pytest.approx(0.0205)
    mean = hourly.mean([1, 0, 0, 3], gsd=1.05)
    assert mean.point == pytest.approx((40 + 3 * 45) / 4 / 1000)
    assert mean.to("gCO2e/kWh").point == pytest.approx((40 + 3 * 45) / 4)
    grid = lca.stages.Electricity(name="grid", intensity=mean, losses=0)
    life = lca.Lifecycle(grid, functional_unit="one kWh")
    assert life.nominal("gwp") == pytest.approx(mean.point)


@pytest.mark.parametrize("called", ["Life cycle", "life cycle assessment"])
def test_the_newer_header_and_a_hole(tmp_path, called):
    file = tmp_path / "2024.csv"
    file.write_text(
        "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),"
        f"Carbon intensity gCO₂eq/kWh ({called})\n"
        "2024-01-01 00:00:00,France,France,FR,20,30\n"
        "2024-01-01 02:00:00,France,France,FR,20,50\n"
        "2024-01-01 00:00:00,Spain,Spain,ES,90,110\n"
    )
    with pytest.raises(lca.DataError, match="several zones, FR, ES; say which"):
        intensity.read(file)
    hourly = intensity.read(file, zone="FR")
    assert (len(hourly.intensity), hourly.missing) == (3, 1)
    assert hourly.interpolated().intensity == pytest.approx([0.03, 0.04, 0.05])
    with pytest.raises(lca.DataError, match="no zone 'F'"):
        intensity.read(file, zone="F")


def test_a_day_goes_into_scheduling():
    day = np.tile(intensity.read(MAPS).intensity, 6)  # cleanest at 0, 4, 8 …
    schedule = lca.scheduling.flexible_start(day, hours=1, deadline=12, start=1)
    assert schedule.begins[0] % 4 == 0
    assert schedule.saving == pytest.approx(100 * (1 - 40 / 50))


HEAD = '"Area","MTU","Nuclear - Actual Aggregated [MW]","Coal - Actual Aggregated [MW]"\n'

STEP = "10/05/2026 00:00:00 - 10/05/2026 01:00:00"
HOUR = "A,01.01.2021 00:00 - 01.01.2021 01:00,1,n/e\n"


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("a,b\n1,2\n", {}, "neither 'Datetime"),
        ("a,b\n", {}, "no hours"),
        (
            HEAD + HOUR.replace("n/e", "1"),
            {},
            "no factor for generation",
        ),
        (HEAD + "A,01.01.2021 00:00 - 01.01.2021 01:00 (CET),n/e,\n", {}, "has a number"),
        (HEAD + "A,28.03.2021 02:00 - 28.03.2021 03:00 (CET/CEST),5,n/e\n", {}, "does not exist"),
        (HEAD + "A,01.01.2021 00:00,1,n/e\n", {}, "MTU = '01.01.2021 00:00'"),
        (HEAD + "A,01.01.2021 00:00 - 02.01.2021 00:00,1,n/e\n", {}, "15, 30 or 60 minutes"),
        (HEAD + HOUR * 2, {}, "line 3: .* twice"),
        (
            HEAD + HOUR,
            {"clock": "Paris"},
            "no time zone",
        ),
        (
            HEAD + HOUR,
            {"boundary": "direct"},
            "lifecycle",
        ),
        (
            NEWER.replace("CET/CEST", "EET/EEST") + f"{STEP},A,Nuclear,5\n",
            {},
            "clock 'EET/EEST' is not known; give a time zone, clock=",
        ),
        (NEWER + f"{STEP},A,Nuklear,5\n", {}, "generation 'Nuklear'; did you mean 'nuclear'"),
        (
            NEWER + f"{STEP},A,Solar,1\n{STEP},A,Nuclear,much\n",
            {},
            "line 3: Nuclear = 'much' is not a number",
        ),
        (NEWER + f"{STEP},A,Nuclear,5\n" * 2, {}, "line 3: .* stands there twice"),
        (NEWER + f"{STEP},A,Nuclear,5\n".replace(" - ", " (EST) - "), {}, "'EST' is none of CET"),
        (
            NEWER.replace("Generation", "Output") + f"{STEP},A,Nuclear,5\n",
            {},
            r"no column 'Generation \(MW\)'",
        ),
        (NEWER + f"{STEP},A,Nuclear,5\n", {"zone": "B"}, "no zone 'B'.* there is A"),
        ("a,b\n1,2\n", {"boundary": "marginal"}, "no boundary 'marginal'"),
        ("Datetime (UTC),Zone Id\n2022-01-01,FR\n", {}, "no column of the lifecycle intensity"),
        ("", {}, "is empty: no header"),
        (
            "Datetime (UTC),Carbon intensity kgCO2eq/kWh (Life cycle)\n2024-01-01,0.03\n",
            {},
            "no column of the lifecycle intensity in gCO2eq/kWh",
        ),
        (
            "Datetime (UTC),Carbon Intensity gCO2eq/kWh (LCA)\n" + "2022-01-01 00:00,3\n" * 2,
            {},
            "line 3: 2022-01-01 00:00 UTC stands there twice",
        ),
        (
            "Datetime (UTC),Carbon Intensity gCO2eq/kWh (LCA)\n2022-01-01,3\n2023-01-01,4\n",
            {},
            "2 times over 8761 hours: is it the hourly file",
        ),
        (
            "Datetime (UTC),Carbon Intensity gCO2eq/kWh (LCA)\nnoon,3\n",
            {},
            "'noon' is no time",
        ),
        (
            "Datetime (UTC),Carbon Intensity gCO2eq/kWh (LCA)\n2022-01-01 00:30,3\n",
            {},
            "not whole hours",
        ),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, text, options, said):
    file = tmp_path / "grid.csv"
    file.write_text(text)
    with pytest.raises(lca.DataError, match=said):
        intensity.read(file, **options)
