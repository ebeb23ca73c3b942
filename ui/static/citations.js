// Chips that open their citation, links to a citation, and copying.
const LINK = /^#nguon-(\d+-\d+)$/;

const SETTLING = 4000;

let linked = location.hash;
let asked = { name: "", until: 0 };

function citationOf(name) {
  return document.querySelector(`details.citation[data-cite="${CSS.escape(name)}"]`);
}

function openCitation(name) {
  const citation = citationOf(name);
  if (!citation) return;
  for (let folded = citation.parentElement.closest("details"); folded; folded = folded.parentElement.closest("details")) {
    folded.open = true;
  }
  citation.open = true;
  (citation.querySelector("mark") ?? citation).scrollIntoView({ block: "center" });
  citation.querySelector("summary").focus({ preventScroll: true });
  citation.classList.add("found");
  setTimeout(() => citation.classList.remove("found"), 1600);
}

// Streamlit draws an answer anew when its last words have come: what was opened meanwhile, or before its sources
// were there, is opened in the new drawing.
function openAsked(root) {
  if (performance.now() > asked.until || root.nodeType !== Node.ELEMENT_NODE) return;
  const citation = citationOf(asked.name);
  if (citation && !citation.open && root.contains(citation)) openCitation(asked.name);
}

// The citation that the address names, once the page has it: Streamlit draws a conversation turn by turn.
export function openLinked(root) {
  openAsked(root);
  const name = LINK.exec(linked)?.[1];
  if (!name || root.nodeType !== Node.ELEMENT_NODE || !citationOf(name)) return;
  linked = "";
  for (const wait of [0, 500, 1200]) setTimeout(() => openCitation(name), wait);
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS there is no clipboard object; a selected text field can still be copied.
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  const label = button.textContent;
  button.textContent = "Đã sao chép";
  setTimeout(() => (button.textContent = label), 1600);
}

function linkTo(name) {
  const address = new URL(location.href);
  address.hash = `nguon-${name}`;
  return address.href;
}

export function watchCitations() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button?.matches(".chip")) {
      asked = { name: button.dataset.cite, until: performance.now() + SETTLING };
      openCitation(asked.name);
    } else if (button?.dataset.copy) copy(button, button.dataset.copy);
    else if (button?.dataset.link) copy(button, linkTo(button.dataset.link));
  });
  addEventListener("hashchange", () => {
    linked = location.hash;
    openLinked(document.body);
  });
}
