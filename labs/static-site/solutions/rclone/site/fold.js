// Shows what a folded link looks like; nothing leaves the page.
const form = document.getElementById("fold");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  let hash = 7;
  for (const char of form.long.value) hash = (hash * 31 + char.codePointAt(0)) % 1679616;
  form.querySelector("output").value = "pli.example/" + hash.toString(36).padStart(4, "0");
});
