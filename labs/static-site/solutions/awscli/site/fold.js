// Shows what a folded link looks like. Nothing leaves the page: the real
// folding is the API's work.
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

function fold(url) {
  let hash = 2166136261;
  for (const char of url) {
    hash = Math.imul(hash ^ char.codePointAt(0), 16777619) >>> 0;
  }
  let name = "";
  for (let i = 0; i < 4; i++) {
    name += alphabet[hash % alphabet.length];
    hash = Math.floor(hash / alphabet.length);
  }
  return "pli.example/" + name;
}

const form = document.getElementById("fold");
const answer = document.getElementById("folded");

if (form && answer) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const long = new FormData(form).get("long");
    const short = fold(long);
    const saved = Math.max(0, long.length - short.length);
    const name = document.createElement("strong");
    name.textContent = short;
    answer.replaceChildren(name, ` ${saved} characters saved. A preview: the real thing comes with the API.`);
  });
}
