// What Unfold leaves to the eye, told to a screen reader. It draws icons as ligatures: words like "home" that would be
// read out. They are hidden, and a control that has nothing else takes its name from its title or from its purpose.
(() => {
  const ICON = ".material-symbols-outlined";
  const labels = () => document.querySelector("meta[name=ch-labels]")?.dataset ?? {};
  const PURPOSES = [
    ["#searchbar-submit", "search"],
    ["a[href='/admin/']", "home"],
    ["a[x-on\\:click*='showActions']", "more"],
  ];
  const hasWords = (control) => {
    const copy = control.cloneNode(true);
    copy.querySelectorAll(ICON).forEach((icon) => icon.remove());
    return copy.textContent.trim() !== "";
  };
  const purposeOf = (control) => labels()[PURPOSES.find(([selector]) => control.matches(selector))?.[1]];
  const nameControls = () => {
    for (const icon of document.querySelectorAll(`${ICON}:not([aria-hidden])`)) {
      icon.setAttribute("aria-hidden", "true");
      const control = icon.closest("a, button");
      if (control && !control.ariaLabel && !hasWords(control)) control.ariaLabel = control.title || purposeOf(control) || null;
    }
  };
  const nameSelects = () => {
    for (const box of document.querySelectorAll(".select2-selection:not([aria-label])")) {
      const select = box.closest(".select2")?.previousElementSibling;
      const label = select?.labels?.[0]?.textContent.trim() || select?.ariaLabel || "";
      if (!label) continue;
      for (const part of [box, ...box.querySelectorAll("[role=textbox], [role=searchbox]")]) part.ariaLabel = label;
    }
    document.querySelectorAll(".select2-search__field:not([aria-label])").forEach((field) => {
      field.ariaLabel = labels().search;
    });
  };
  const tell = () => { nameControls(); nameSelects(); };
  addEventListener("DOMContentLoaded", () => {
    document.getElementById("main")?.setAttribute("role", "main");
    // Unfold writes a chosen file's name into a text field beside it, which ours have not.
    document.querySelectorAll(".ch-field input[type=file]").forEach((input) => { input.hasChangeListener = true; });
    tell();
    new MutationObserver(tell).observe(document.body, { childList: true, subtree: true });
  });
})();
