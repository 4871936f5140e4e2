// Progressive enhancement of forms with rows and photos: every page works without this file.
// 1. a row more is a copy, and what is chosen stays   2. photos are made smaller before they are sent
// 3. rows and photos of a kept draft come back with it (zhiban.js keeps the fields)

const LONGEST = 2048, QUALITY = 0.85, SMALL_ENOUGH = 400_000;
const who = document.body.dataset.who ?? "";

function add(rows, wanted) {
  const model = document.querySelector(`template[data-row-of="${rows.dataset.rows}"]`);
  const copy = model.content.cloneNode(true);
  const number = wanted ?? 1 + Math.max(-1, ...[...rows.children].map((one) => Number(one.dataset.row ?? -1)));
  for (const one of copy.querySelectorAll("[name],[id],[for],[aria-describedby]"))
    for (const name of ["name", "id", "for", "aria-describedby"])
      if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replaceAll("[N]", `[${number}]`).replaceAll("-N-", `-${number}-`));
  const row = copy.firstElementChild;
  row.dataset.row = number;
  rows.append(copy);
  dress(row, rows);
  return row;
}

function count(rows) {
  [...rows.children].forEach((row, n) => { const at = row.querySelector("[data-number]"); if (at) at.textContent = n + 1; });
}

function dress(row, rows) {
  const remove = row.querySelector("[data-remove]");
  remove.hidden = false;
  remove.addEventListener("click", () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const form = row.closest("form");
    row.remove();
    count(rows);
    form.dispatchEvent(new Event("input", { bubbles: true }));
    (next?.querySelector("textarea") ?? form.querySelector(`[data-add="${rows.dataset.rows}"]`)).focus();
  });
  count(rows);
}

for (const rows of document.querySelectorAll("[data-rows]")) {
  [...rows.children].forEach((row, n) => { row.dataset.row = n; dress(row, rows); });
  document.querySelector(`[data-add="${rows.dataset.rows}"]`)?.addEventListener("click", (event) => {
    event.preventDefault();
    add(rows).querySelector("textarea, input").focus();
  });
}

// -- photos ------------------------------------------------------------------------------------------------------------

async function smaller(file) {
  if (file.size <= SMALL_ENOUGH || !/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale); canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!made || made.size >= file.size) return file;
    return new File([made], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
  } catch { return file; } // what can't be read here, the office looks at
}

const read = (file) => new Promise((done, fail) => { const one = new FileReader(); one.onload = () => done(one.result); one.onerror = fail; one.readAsDataURL(file); });

function hand(input, files) {
  const into = new DataTransfer();
  files.forEach((file) => into.items.add(file));
  input.files = into.files;
}

const draftOf = (form) => `zhiban:draft:${who}:${form.dataset.draft}`;
const photosOf = (form) => `zhiban:photos:${who}:${form.dataset.draft}`;
const kept = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };

async function keep(form) {
  if (!form.dataset.draft) return;
  const photos = {};
  for (const input of form.querySelectorAll("input[type=file]"))
    if (input.files.length) photos[input.name] = await Promise.all([...input.files].map(async (file) => [file.name, await read(file)]));
  try { localStorage.setItem(photosOf(form), JSON.stringify(photos)); } catch { /* full: the words are kept all the same */ }
}

function fileFrom([name, address]) {
  const [head, body] = address.split(",");
  const bytes = Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0));
  return new File([bytes], name, { type: head.slice(5).split(";")[0] });
}

for (const form of document.querySelectorAll("form[enctype='multipart/form-data']")) {
  let busy = Promise.resolve();
  form.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.accept.startsWith("image/")) return;
    busy = busy.then(async () => { hand(input, await Promise.all([...input.files].map(smaller))); await keep(form); });
    form.dataset.busy = "1";
    busy.finally(() => delete form.dataset.busy);
  });
  form.addEventListener("submit", (event) => { // not before the photos are small
    if (!form.dataset.busy) return;
    event.preventDefault(); event.stopImmediatePropagation();
    busy.finally(() => form.requestSubmit(event.submitter));
  });
  if (form.dataset.draft) restore(form);
}

function restore(form) {
  const draft = kept(draftOf(form)), photos = kept(photosOf(form));
  if (!draft) { // it has acted, or was cleared
    try { localStorage.removeItem(photosOf(form)); } catch { /* forbidden */ }
    return;
  }
  for (const rows of form.querySelectorAll("[data-rows]")) {
    const said = new RegExp(`^${rows.dataset.rows}\\[(\\d+)\\]`);
    const names = [...Object.keys(draft.fields), ...Object.keys(photos ?? {})];
    const wanted = new Set(names.map((name) => said.exec(name)?.[1]).filter(Boolean).map(Number));
    const there = new Set([...rows.children].map((row) => Number(row.dataset.row)));
    if (there.size) continue; // the office sent the rows back with what was typed
    for (const number of [...wanted].sort((a, b) => a - b)) {
      for (const input of add(rows, number).querySelectorAll("[name]")) {
        const values = draft.fields[input.name];
        if (values && input.type !== "file") input.value = values[0];
      }
    }
  }
  for (const [name, files] of Object.entries(photos ?? {})) {
    const input = [...form.elements].find((one) => one.name === name && one.type === "file");
    if (input && !input.files.length) hand(input, files.map(fileFrom));
  }
}
