// Ctrl-K (or the magnifier): a dialog that answers while one types; arrows walk, Enter opens, Escape closes.
(() => {
  const dialog = document.getElementById("search-dialog");
  if (!dialog) return;
  const field = dialog.querySelector("input");
  const found = () => [...dialog.querySelectorAll("[data-found]")];
  const open = () => { if (!dialog.open) dialog.showModal(); field.focus(); field.select(); };
  const step = (by) => {
    const rows = found();
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    const next = at + by;
    if (next < 0) field.focus(); else rows[Math.min(next, rows.length - 1)].focus();
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); return; }
    if (!dialog.open) return;
    if (event.key === "ArrowDown") { event.preventDefault(); step(1); }
    if (event.key === "ArrowUp") { event.preventDefault(); step(-1); }
    if (event.key === "Enter" && document.activeElement === field) {
      const [first] = found();
      if (first) { event.preventDefault(); first.click(); }
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-search-open]")) { event.preventDefault(); open(); }
    if (event.target.closest("[data-search-close]") || event.target === dialog) dialog.close();
  });
})();
