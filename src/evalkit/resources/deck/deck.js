(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const pages = [...document.querySelectorAll("section")];
  const timer = document.getElementById("timer");
  const [talk, question] = timer.dataset.seconds.split(",").map(Number);
  let now = 0, spent = 0, clock = null;
  const show = (place) => {
    now = Math.min(Math.max(place, 0), pages.length - 1);
    pages.forEach((page, n) => page.classList.toggle("now", n === now));
  };
  // Lines of results appear one by one, the last of a page first where it says so.
  const secrets = () => {
    const found = [...pages[now].querySelectorAll(".secret:not(.shown)")];
    return pages[now].dataset.from === "last" ? found.reverse() : found;
  };
  const on = () => {
    const next = secrets()[0];
    if (next) {
      next.classList.add("shown");
      next.removeAttribute("aria-hidden");
    } else {
      show(now + 1);
    }
  };
  const tell = () => {
    const left = talk + question - spent;
    const asked = spent >= talk;
    const rest = asked ? left : talk - spent;
    const text = Math.abs(rest);
    timer.textContent = `${asked ? "提问" : "汇报"} ${rest < 0 ? "超时 " : ""}` +
      `${Math.floor(text / 60)}:${String(text % 60).padStart(2, "0")}`;
    timer.classList.toggle("question", asked && left >= 0);
    timer.classList.toggle("over", left < 0);
  };
  const run = () => {
    timer.classList.add("on");
    if (clock) { clearInterval(clock); clock = null; return; }
    tell();
    clock = setInterval(() => { spent += 1; tell(); }, 1000);
  };
  const reset = () => { clearInterval(clock); clock = null; spent = 0; timer.classList.remove("on"); };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    const keys = {
      ArrowRight: on, ArrowDown: on, PageDown: on, " ": on, Enter: on,
      ArrowLeft: () => show(now - 1), ArrowUp: () => show(now - 1), PageUp: () => show(now - 1),
      Home: () => show(0), End: () => show(pages.length - 1),
      t: run, T: run, r: reset, R: reset,
      f: () => document.documentElement.requestFullscreen(), F: () => document.documentElement.requestFullscreen(),
    };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  document.addEventListener("click", on);
  const asked = Number(location.hash.slice(1));
  show(asked > 0 ? asked - 1 : 0);
})();
