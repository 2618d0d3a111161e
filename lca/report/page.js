"use strict";
// Chooses among results that the page holds already, sorts tables, and writes them as CSV.
// Without it every table is there, and what only it can serve stays hidden.
{
  const data = JSON.parse(document.getElementById("data").textContent);
  const explorer = document.getElementById("explorer");
  const switches = [...explorer.querySelectorAll("[data-switch]")];

  const made = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    element.textContent = text;
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };

  // -- sorting: a button in every head; rows that stand for a group keep their place -------------

  const cellAt = (row, column) => {
    let next = 0;
    return [...row.cells].find((cell) => (next += cell.colSpan) > column);
  };

  // The first number in a text as it is shown: of "1,200–1,900" 1200, of "none" no number.
  const numberIn = (text) => {
    const plain = text.replaceAll(",", "").replaceAll("−", "-");
    return Number((plain.match(/-?\d+(\.\d+)?(e[+-]?\d+)?/) ?? [NaN])[0]);
  };

  const keyOf = (row, column, isNumber) => {
    const text = cellAt(row, column)?.textContent.trim() ?? "";
    return isNumber ? numberIn(text) : text;
  };

  const compare = (a, b) =>
    typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });

  const isMissing = (key) => key === "" || Number.isNaN(key);

  const sort = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const column = heads.findIndex((head) => head.ariaSort !== "none");
    if (column < 0) return;
    const sign = heads[column].ariaSort === "ascending" ? 1 : -1;
    const isNumber = heads[column].classList.contains("n");
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.querySelector(".group"));
      const keys = new Map(rows.map((row) => [row, keyOf(row, column, isNumber)]));
      rows.sort((one, other) => {
        const [a, b] = [keys.get(one), keys.get(other)];
        if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b);
        return sign * compare(a, b);
      });
      body.append(...rows);
    }
  };

  const makeSortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head) => {
      const button = made("button", head.textContent, { type: "button" });
      head.replaceChildren(button);
      head.ariaSort = "none";
      button.addEventListener("click", () => {
        const next = head.ariaSort === "ascending" ? "descending" : "ascending";
        heads.forEach((other) => (other.ariaSort = "none"));
        head.ariaSort = next;
        sort(table);
      });
    });
  };

  // -- switches ----------------------------------------------------------------------------------

  const chosen = () => Object.fromEntries(switches.map((one) => [one.dataset.switch, one.value]));

  const numberCells = (texts) => texts.map((text) => made("td", text, { class: "n" }));

  const shareCells = (part) => {
    const cells = numberCells([part.share, part.share_interval]);
    const share = part.numbers[data.impacts.length];
    cells[0].classList.add("share");
    cells[0].style.setProperty("--share", `${100 * Math.min(Math.max(share, 0), 1)}%`);
    return cells;
  };

  const rowOf = (name, ...cells) => {
    const row = document.createElement("tr");
    row.append(made("th", name, { scope: "row" }), ...cells);
    return row;
  };

  const note = (part) => made("td", part.note, { class: "note" });

  const partRow = (part, unit) =>
    rowOf(part.part, made("td", part.phase), ...numberCells(part.texts[unit]), ...shareCells(part), note(part));

  const scenarioRow = (name, total, unit) => rowOf(name, ...numberCells(total.texts[unit]), note(total));

  const show = () => {
    const { category, unit, scenario, by } = chosen();
    const of = `${data.titles[category]} of “${data.scenarios[scenario]}”`;
    const counted = `${data.shown_units[category][unit]} for ${data.functional_units[unit]}`;
    const [total, ...parts] = data.results[scenario][category][by];
    const [, mean, median, interval] = total.texts[unit];
    const spread =
      interval === "none" ? "without an interval" : `median ${median}, 90 % interval ${interval}`;
    document.getElementById("explorer-total").textContent =
      `${of}, ${counted}: mean ${mean}, ${spread}. ` + (total.note && `The total is ${total.note}.`);
    document.getElementById("explorer-parts-caption").textContent =
      `${of} by ${data.by[by]}, ${counted}`;
    document.getElementById("explorer-scenarios-caption").textContent =
      `${data.titles[category]} of every scenario, ${counted}`;
    const partsTable = document.getElementById("explorer-parts");
    partsTable.classList.toggle("without-phase", by !== "stage");
    partsTable.tBodies[0].replaceChildren(...parts.map((part) => partRow(part, unit)));
    partsTable.tFoot.replaceChildren(partRow(total, unit));
    const scenarios = document.getElementById("explorer-scenarios");
    scenarios.tBodies[0].replaceChildren(
      ...data.scenarios.map((name, i) => scenarioRow(name, data.results[i][category][by][0], unit)),
    );
    sort(partsTable);
    sort(scenarios);
  };

  // -- downloads: CSV in full precision ----------------------------------------------------------

  // A text that a spreadsheet would take for a formula gets an apostrophe before it.
  const csvCell = (value) => {
    if (typeof value !== "string") return value === null ? "" : String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  const csv = (rows) => rows.map((row) => row.map(csvCell).join(",") + "\r\n").join("");

  // All scenarios and parts of the category and functional unit that are chosen.
  const resultRows = () => {
    const { category, unit } = chosen();
    const inUnit = data.impacts.map((name) => `${name} [${data.full_units[category]}]`);
    const shares = data.shares.map((name) => `${name} [1]`);
    const rows = [["functional_unit", "scenario", "by", "part", "phase", ...inUnit, ...shares, "note"]];
    const scaled = (part) =>
      part.numbers.map((number, place) =>
        number === null || place >= data.impacts.length ? number : number * data.factors[unit],
      );
    data.scenarios.forEach((scenario, i) => {
      const found = data.results[i][category];
      const add = (by, part) =>
        rows.push([data.functional_units[unit], scenario, by, part.part, part.phase, ...scaled(part), part.note]);
      add("", found.phase[0]);
      Object.keys(data.by).forEach((by) => found[by].slice(1).forEach((part) => add(by, part)));
    });
    return rows;
  };

  const download = (key) => {
    const [name, rows] =
      key === "results"
        ? [data.categories[chosen().category], resultRows()]
        : [key, data.tables[key]];
    const address = URL.createObjectURL(new Blob([csv(rows)], { type: "text/csv;charset=utf-8" }));
    made("a", "", { href: address, download: `${data.file}-${name}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  };

  document.querySelectorAll("[data-download]").forEach((button) => {
    button.addEventListener("click", () => download(button.dataset.download));
  });
  [...document.querySelectorAll("table")].filter((table) => table.tHead).forEach(makeSortable);
  switches.forEach((one) => one.addEventListener("change", show));
  show();
  document.querySelectorAll("[hidden]").forEach((element) => (element.hidden = false));
  switches.forEach((one) => (one.closest("label").hidden = one.options.length < 2));
}
