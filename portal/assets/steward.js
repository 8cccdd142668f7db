// What gets better with a script: times in the visitor's zone, and forms that are sent once.

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

tellTimes(document);
document.addEventListener("submit", sendOnce);
document.addEventListener("htmx:load", (event) => tellTimes(event.target));
window.addEventListener("pageshow", sendAgain);
