"""The names that other people's notebooks hold on to: this text must go on to run."""

CONTRACT = '''
import lca

class Grid(lca.Stage):
    """Electricity at the plug, for one kWh."""
    per = "kWh"
    phase = None
    intensity: lca.Number = lca.parameter("kgCO2e/kWh", "lifecycle intensity", valid=(0, None))

    def exchanges(self):
        yield "gwp", self.intensity

class Run(lca.Stage):
    """One training run."""
    per = "1"
    phase = "operation"
    electricity: lca.Stage = lca.supplier("kWh", "grid of the site")
    hours: lca.Number = lca.parameter("accelerator_hour", "time for which accelerators are held")
    power: lca.Number = lca.parameter("kW/accelerator", "mean power", default=lca.uniform(low=0.3, high=0.4, unit="kW/accelerator"))

    def exchanges(self):
        yield self.electricity, self.hours * self.power

grid = Grid(intensity=lca.lognormal(median=0.057, gsd=1.2, unit="kgCO2e/kWh"))
life = lca.Lifecycle(Run(electricity=grid, hours=1_082_990), amount=1, functional_unit="one trained model")
study = lca.Study({"France": life, "Poland": life.replace({"grid.intensity": lca.fixed(655, "gCO2e/kWh")})})
result = lca.simulate(study, n=8192, seed=1)      # sampler="sobol" unless said
result.impacts            # DataArray: scenario, category, stage, sample (attributed)
result.direct             # the same, by who emits
result.amounts            # DataArray: scenario, stage, sample: what each stage delivers, in its `per`
result.draws              # DataArray: input, sample
result.total("gwp")       # DataArray: scenario, sample
result.by("phase")        # also "stage", "activity", "group" (embodied, operational) or a mapping of your own
result.summary()          # tidy DataFrame: nominal, mean, median, 90 % interval, share, standard error
result.shares()           # share of means, and the interval of per-sample shares
result.compare("France")  # paired: difference, ratio, P(lower), P(lower by 10 %), what was paired
result.coverage           # which stages are missing in which category
result.to_netcdf("r.nc"); again = lca.open("r.nc")
table = lca.sensitivity.sobol(life, n=1024, seed=1)
'''


def test_the_contract_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(CONTRACT, names)
    result, life, again = names["result"], names["life"], names["again"]
    assert result.impacts.dims == ("scenario", "category", "stage", "sample")
    assert result.direct.dims == ("scenario", "category", "stage", "sample")
    assert result.amounts.dims == ("scenario", "stage", "sample")
    assert result.draws.dims == ("input", "sample")
    assert result.total("gwp").dims == ("scenario", "sample")
    for what in ("phase", "stage", "activity", "group", {"run": "all of it"}):
        assert result.by(what).dims == ("scenario", "category", "key", "sample")
    assert {"nominal", "mean", "median", "low", "high", "share", "standard_error"} <= set(
        result.summary().columns
    )
    assert life.nominal("gwp") == 1_082_990 * 0.35 * 0.057
    assert (again.impacts == result.impacts).all()
    total = names["table"].query("output == 'gwp, baseline'")
    assert list(total["input"]) == ["grid.intensity", "run.power"]
