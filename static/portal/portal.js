// What the pages need beside htmx and Tabler: theme buttons, messages, downloads that are ready, copying.
(() => {
  const toasts = document.getElementById("toasts");
  const live = document.getElementById("live");

  const say = (text, tone = "secondary") => {
    if (!text || !toasts) return;
    const toast = document.createElement("div");
    toast.className = "toast show";
    toast.setAttribute("role", "alert");
    const body = document.createElement("div");
    body.className = "toast-body d-flex align-items-center gap-2";
    const dot = document.createElement("span");
    dot.className = `status-dot status-${tone}`;
    const words = document.createElement("span");
    words.className = "flex-fill";
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.setAttribute("aria-label", toasts.dataset.close);
    close.addEventListener("click", () => toast.remove());
    body.append(dot, words, close);
    toast.append(body);
    toasts.append(toast);
    setTimeout(() => toast.remove(), 8000);
  };

  const markTheme = () => {
    const chosen = window.channelhubTheme.chosen();
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      const on = button.dataset.themeChoice === chosen;
      button.setAttribute("aria-pressed", String(on));
      button.classList.toggle("active", on);
    }
  };

  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-theme-choice]");
    if (choice) {
      window.channelhubTheme.choose(choice.dataset.themeChoice);
      return;
    }
    const printer = event.target.closest("[data-print]");
    if (printer) window.print();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
  document.addEventListener("theme:changed", markTheme);
  window.addEventListener("offline", () => say(toasts.dataset.offline, "orange"));
  window.addEventListener("online", () => say(toasts.dataset.online, "green"));

  // A fetch that failed has no answer to swap: say so where the person looks.
  document.addEventListener("htmx:error", (event) => {
    const error = event.detail?.error;
    if (error?.name === "AbortError" || error === "timeout") say(toasts.dataset.slow, "orange");
    else if (error instanceof TypeError) say(toasts.dataset.offline, "orange");
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target;
    const words = target?.querySelector?.("[data-announce]")?.dataset.announce;
    if (words && live && live.textContent !== words) live.textContent = words;
  });
  // The panel shows its own placeholder until the answer is there, never the last answer.
  document.addEventListener("show.bs.offcanvas", (event) => {
    const waiting = document.getElementById("panel-waiting");
    const body = event.target.querySelector("#panel-body");
    if (waiting && body) body.replaceChildren(waiting.content.cloneNode(true));
  });
  markTheme();
})();
