// Before the first paint: the person's choice of light or dark, else the system's. No flash, no cookie.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  };
  const show = () => {
    const theme = chosen();
    document.documentElement.dataset.bsTheme = theme === "auto" ? (system.matches ? "dark" : "light") : theme;
    document.documentElement.dataset.theme = theme;
  };
  window.channelhubTheme = {
    choose(theme) {
      try {
        localStorage.setItem("theme", theme);
      } catch {
        // A browser without storage keeps the system's choice.
      }
      show();
      document.dispatchEvent(new Event("theme:changed"));
    },
    chosen,
  };
  system.addEventListener("change", () => {
    show();
    document.dispatchEvent(new Event("theme:changed"));
  });
  show();
})();
