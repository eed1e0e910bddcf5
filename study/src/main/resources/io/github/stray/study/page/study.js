const holder = document.getElementById("study-data");
if (holder) {
  const study = JSON.parse(holder.textContent);
  const get = id => document.getElementById(id);
  const wide = study.detectors.length;
  const text = value => value === 999.5 ? ">0.999" : value === 0.5 ? "\u003c0.001" : (value / 1000).toFixed(3);
  const bounds = [500, 600, 700, 800, 850, 900, 950, 980, 990];
  const heat = value => "h" + bounds.filter(bound => value >= bound).length;
  const parts = input => input.value.toLowerCase().split(/[\s,]+/).filter(part => part);
  const fits = (name, wanted) => !wanted.length || wanted.some(part => name.toLowerCase().includes(part));

  const matrix = get("matrix");
  const body = matrix.tBodies[0];
  const rows = [...body.rows];
  const foot = matrix.tFoot ? [...matrix.tFoot.rows] : [];
  const heads = [...matrix.tHead.rows[0].cells];
  let sorted = { column: -1, down: true };

  function button(head) {
    const control = document.createElement("button");
    control.type = "button";
    control.append(...head.childNodes);
    head.append(control);
    return control;
  }

  function paint() {
    const view = study.views[get("matrix-view").value];
    const fpr = get("matrix-metric").value === "fpr";
    for (const row of [...rows, ...foot]) {
      const e = Number(row.dataset.e);
      for (const d of study.detectors.keys()) {
        const at = e * wide + d;
        const cell = row.cells[d + 1];
        const auroc = view.auroc[at];
        const name = study.extractors[e] + ", " + study.detectors[d] + ": ";
        if (0 > auroc) {
          const [word, reason] = study.reasons[-1 - auroc];
          cell.className = word === "failed" ? "failed" : "na";
          cell.textContent = word;
          cell.title = name + (word === "\u2013" ? "" : word + ": ") + reason;
          continue;
        }
        const mark = view.marks[at];
        cell.className = heat(auroc) + (mark === "b" ? " best" : mark === "!" ? " lost" : "");
        cell.textContent = text(fpr ? view.fpr[at] : auroc);
        const sign = document.createElement("i");
        sign.textContent = mark === "=" ? "\u2248" : "*!".includes(mark) ? "*" : "";
        cell.append(sign);
        cell.title = name + "AUROC " + text(auroc)
          + (view.low[at] === undefined ? "" : " (" + text(view.low[at]) + " \u2013 " + text(view.high[at]) + ")")
          + ", FPR@95 " + text(view.fpr[at])
          + (mark === "b" ? "; the best of this extractor" : mark === "=" ? "; not significantly worse than the best" : "")
          + (mark === "*" ? "; over a part of them" : mark === "!" ? "; over a part of the pairs, the others failed" : "");
      }
    }
    order();
  }

  function order() {
    const view = study.views[get("matrix-view").value];
    const fpr = get("matrix-metric").value === "fpr";
    const value = row => {
      const at = Number(row.dataset.e) * wide + sorted.column - 1;
      return 0 > view.auroc[at] ? -Infinity : fpr ? -view.fpr[at] : view.auroc[at];
    };
    const name = row => study.extractors[row.dataset.e];
    const sign = sorted.down ? 1 : -1;
    rows.sort((a, b) => (sorted.column === 0 ? sign * name(b).localeCompare(name(a))
      : sorted.column > 0 ? sign * (value(b) - value(a) || 0) : 0) || a.dataset.e - b.dataset.e);
    body.append(...rows);
    heads.forEach((head, column) => {
      if (column === sorted.column) {
        head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      } else {
        head.removeAttribute("aria-sort");
      }
    });
  }

  function filter() {
    const extractors = parts(get("matrix-extractors"));
    const detectors = parts(get("matrix-detectors"));
    const shown = study.detectors.map(name => fits(name, detectors));
    for (const row of [matrix.tHead.rows[0], ...rows, ...foot]) {
      shown.forEach((show, d) => { row.cells[d + 1].hidden = !show; });
    }
    let count = 0;
    for (const row of rows) {
      row.hidden = !fits(study.extractors[row.dataset.e], extractors);
      count += row.hidden ? 0 : 1;
    }
    get("matrix-said").textContent = extractors.length || detectors.length
      ? count + " of " + rows.length + " extractors, " + shown.filter(show => show).length + " of " + wide + " detectors" : "";
  }

  heads.forEach((head, column) => button(head).addEventListener("click", () => {
    sorted = { column, down: sorted.column === column ? !sorted.down : column > 0 };
    order();
  }));
  get("matrix-view").addEventListener("change", paint);
  get("matrix-metric").addEventListener("change", paint);
  get("matrix-extractors").addEventListener("input", filter);
  get("matrix-detectors").addEventListener("input", filter);
  get("matrix-controls").hidden = false;

  const ranking = get("ranking");
  if (ranking) {
    const rankRows = [...ranking.tBodies[0].rows];
    const draw = () => {
      const view = study.views[get("ranking-view").value];
      const d = Number(get("ranking-detector").value);
      const at = row => Number(row.dataset.e) * wide + d;
      const lowest = Math.min(1000, ...rankRows.filter(row => view.auroc[at(row)] >= 0).map(row => view.low[at(row)]));
      const floor = [950, 900, 750, 500].find(each => lowest >= each + 5) ?? 0;
      const x = value => 14 + 372 * (value - floor) / (1000 - floor);
      for (const row of rankRows) {
        const auroc = view.auroc[at(row)];
        const [whisker, point] = [row.querySelector(".whisker"), row.querySelector(".point")];
        const missing = 0 > auroc;
        whisker.setAttribute("d", missing ? "" : "M" + (x(view.low[at(row)]) - .5) + " 9H" + (x(view.high[at(row)]) + .5));
        point.setAttribute("cx", missing ? 0 : x(auroc));
        point.setAttribute("visibility", missing ? "hidden" : "visible");
        row.cells[2].className = "number" + (!missing ? "" : study.reasons[-1 - auroc][0] === "failed" ? " failed" : " na");
        row.cells[2].textContent = missing ? study.reasons[-1 - auroc][0] : text(auroc);
        row.cells[2].title = missing ? study.reasons[-1 - auroc][1] : "";
        row.cells[3].textContent = missing ? "" : text(view.low[at(row)]) + " \u2013 " + text(view.high[at(row)]);
      }
      [...get("ranking-scale").querySelectorAll("text")].forEach((label, i) => {
        label.textContent = ((floor + (1000 - floor) * i / 5) / 1000).toFixed(2);
      });
      rankRows.sort((a, b) => view.auroc[at(b)] - view.auroc[at(a)] || a.dataset.e - b.dataset.e);
      ranking.tBodies[0].append(...rankRows);
      get("ranking-said").textContent = study.detectors[d] + " on " + view.name + ", with 95\u00a0% intervals.";
    };
    get("ranking-view").addEventListener("change", draw);
    get("ranking-detector").addEventListener("change", draw);
    get("ranking-controls").hidden = false;
  }

  for (const table of document.querySelectorAll(".sortable")) {
    const cells = [...table.tHead.rows[0].cells];
    cells.forEach((head, column) => button(head).addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
      const value = row => row.cells[column].dataset.v ? Number(row.cells[column].dataset.v) : -Infinity;
      const all = [...table.tBodies[0].rows];
      all.sort((a, b) => column === 0
        ? down * b.cells[0].textContent.localeCompare(a.cells[0].textContent) : down * (value(a) - value(b) || 0));
      table.tBodies[0].append(...all);
      cells.forEach(each => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
    }));
  }

  const dots = [...document.querySelectorAll(".scatter .dot")];
  for (const dot of dots) {
    dot.addEventListener("pointerenter", () => {
      document.body.classList.add("pointing");
      for (const same of dots) {
        same.classList.toggle("marked", same.dataset.e === dot.dataset.e);
        if (same.dataset.e === dot.dataset.e ? same.nextElementSibling : false) {
          same.parentNode.append(same);
        }
      }
    });
    dot.addEventListener("pointerleave", () => document.body.classList.remove("pointing"));
  }

  const reveal = () => {
    const target = location.hash ? get(location.hash.slice(1)) : null;
    if (target?.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();
}
