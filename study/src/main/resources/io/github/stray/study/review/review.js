const boxes = Array.from(document.querySelectorAll("input.take"));
const marked = document.getElementById("marked");
const taken = () => new Set(boxes.filter(box => box.checked).map(box => box.dataset.set + "\t" + box.dataset.id));
const count = () => {
  const images = taken();
  const sets = new Map();
  for (const image of images) {
    const set = image.split("\t")[0];
    sets.set(set, (sets.get(set) || 0) + 1);
  }
  const parts = Array.from(sets, ([set, images]) => set === "images" ? images : images + " of " + set);
  marked.textContent = images.size === 0 ? "Nothing shown is taken out." : "Taken out of what is shown: " + parts.join(", ") + ".";
  for (const box of boxes) {
    box.closest(".finding").classList.toggle("taken", box.checked);
  }
};
const save = (name, text) => {
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([text], {type: "text/tab-separated-values"}));
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
};
for (const box of boxes) {
  box.addEventListener("change", count);
}
for (const button of document.querySelectorAll("button.save")) {
  button.addEventListener("click", () => {
    const set = button.dataset.set;
    const out = taken();
    const list = Array.from(document.querySelectorAll("pre.samples")).find(pre => pre.dataset.set === set);
    const kept = list.textContent.split("\n").filter(line => line !== "")
      .filter(line => !out.has(set + "\t" + line.split("\t")[0]));
    save(button.dataset.file, [button.dataset.first].concat(kept).join("\n") + "\n");
  });
}
document.getElementById("save-decisions").addEventListener("click", () => {
  const lines = boxes.map(box => [box.dataset.kind, box.dataset.set, box.dataset.id, box.checked ? "remove" : "keep"]
    .concat("about" in box.dataset ? [box.dataset.about] : []).join("\t"));
  const remembered = document.getElementById("remembered");
  const before = remembered === null ? [] : remembered.textContent.split("\n");
  const first = document.getElementById("save-decisions").dataset.first;
  save("decisions.tsv", [first].concat(before, lines).join("\n") + "\n");
});
let current = -1;
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || boxes.length === 0) {
    return;
  }
  const at = boxes.findIndex(box => box.closest(".finding").contains(document.activeElement));
  current = at === -1 ? current : at;
  if (event.key === "j") {
    current = Math.min(current + 1, boxes.length - 1);
  } else if (event.key === "k") {
    current = Math.max(current - 1, 0);
  } else if (event.key === "x") {
    if (current === -1) {
      return;
    }
    boxes[current].checked = !boxes[current].checked;
    count();
  } else {
    return;
  }
  event.preventDefault();
  boxes[current].closest(".finding").focus();
});
count();
for (const map of document.querySelectorAll("figure.set-map")) {
  const picture = map.querySelector("img");
  const name = map.querySelector(".set-map-name");
  const show = dot => {
    map.querySelectorAll("circle.shown").forEach(other => other.classList.remove("shown"));
    dot.classList.add("shown");
    picture.src = dot.dataset.picture;
    picture.alt = dot.dataset.name;
    picture.hidden = false;
    name.textContent = dot.dataset.name;
  };
  for (const dot of map.querySelectorAll("circle[data-picture]")) {
    dot.addEventListener("pointerenter", () => show(dot));
    dot.addEventListener("click", () => show(dot));
  }
}
