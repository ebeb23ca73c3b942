// Pages of reports as pictures: brought to the boxed words, and turned by the rows of the table beside them.

function showBox(paper) {
  const box = paper.querySelector(".box");
  const sheet = paper.closest(".sheet");
  if (!box || !sheet) return;
  sheet.scrollTop = box.offsetTop - sheet.clientHeight / 3;
  sheet.scrollLeft = box.offsetLeft - sheet.clientWidth / 6;
}

function place(box, sides) {
  const [left, top, right, bottom] = sides;
  const parts = { left, top, width: right - left, height: bottom - top };
  for (const [side, part] of Object.entries(parts)) box.style[side] = `${100 * part}%`;
}

// A row's button says which page it is on and where: `data-page` and `data-boxes` of [left, top, right, bottom].
function turnTo(button) {
  const figure = document.querySelector("figure.page.turning");
  if (!figure) return;
  const { page, address, boxes } = button.dataset;
  const paper = figure.querySelector(".paper");
  const picture = paper.querySelector("img");
  paper.querySelectorAll(".box").forEach((box) => box.remove());
  for (const sides of JSON.parse(boxes || "[]")) {
    const box = Object.assign(document.createElement("span"), { className: "box" });
    place(box, sides);
    paper.append(box);
  }
  const named = picture.alt.replace(/^Trang \d+/, `Trang ${page}`);
  picture.alt = named;
  figure.querySelector(".sheet").setAttribute("aria-label", named);
  figure.querySelector(".page-number").textContent = page;
  figure.querySelector("a").href = address;
  if (picture.getAttribute("src") === address) showBox(paper);
  else picture.src = address;
  document.querySelectorAll("tr.turned").forEach((row) => row.classList.remove("turned"));
  button.closest("tr")?.classList.add("turned");
  if (matchMedia("(max-width: 900px)").matches) figure.scrollIntoView({ block: "nearest" });
}

function arrived(paper) {
  paper?.classList.remove("failed");
  if (paper) showBox(paper);
}

export function watchPages() {
  document.addEventListener("load", (event) => arrived(event.target.closest?.(".paper")), true);
  document.addEventListener("error", (event) => event.target.closest?.(".paper")?.classList.add("failed"), true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.page-link");
    if (button) turnTo(button);
  });
}
