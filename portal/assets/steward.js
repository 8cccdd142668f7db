// What gets better with a script: times in the visitor's zone, forms that are sent once, maps that show where it is.

const SHOWN = { dateStyle: "medium", timeStyle: "short" };

function tellTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-told])")) {
    const at = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = at.toLocaleString(undefined, SHOWN);
    time.dataset.told = "";
  }
}

function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
}

function sendAgain() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
}

function showWhereItIs(root) {
  for (const frame of root.querySelectorAll(".map-frame")) {
    const here = (frame.querySelector(".current") ?? frame.querySelector(".start"))?.getBoundingClientRect();
    if (!here) continue;
    const seen = frame.getBoundingClientRect();
    frame.scrollLeft += here.left + here.width / 2 - (seen.left + seen.width / 2);
    frame.scrollTop += here.top + here.height / 2 - (seen.top + seen.height / 2);
  }
}

// A box that ticks all of a name, and is there only where this works.
function tickAll(root) {
  for (const all of root.querySelectorAll("[data-ticks]")) {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => {
      for (const one of document.getElementsByName(all.dataset.ticks)) one.checked = all.checked;
    });
  }
}

function closeOthers(event) {
  for (const drop of document.querySelectorAll(".drop[open]")) {
    if (event.key === "Escape" && drop.contains(document.activeElement)) drop.querySelector("summary").focus();
    if (event.key === "Escape" || !drop.contains(event.target)) drop.open = false;
  }
}

tellTimes(document);
tickAll(document);
showWhereItIs(document);
document.addEventListener("submit", sendOnce);
document.addEventListener("click", closeOthers);
document.addEventListener("keydown", (event) => event.key === "Escape" && closeOthers(event));
document.addEventListener("htmx:load", (event) => {
  tellTimes(event.target);
  tickAll(event.target);
  showWhereItIs(event.target);
});
window.addEventListener("pageshow", sendAgain);
