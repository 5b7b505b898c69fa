// The time that is left of an exam. The server keeps the deadline; this only shows it, and hands in when it is over.
(() => {
  const clock = document.querySelector("[data-seconds]");
  const form = document.getElementById("exam");
  if (!clock || !form) return;
  const ends = performance.now() + Number(clock.dataset.seconds) * 1000;
  const show = () => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.classList.toggle("text-red", left <= 60);
    if (left > 0) return;
    clearInterval(timer);
    form.noValidate = true;
    form.submit();
  };
  const timer = setInterval(show, 1000);
  show();
})();
