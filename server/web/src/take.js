// Fetches a file that the server makes, says how far it is, and hands it to the browser. Where that fails, the browser asks itself.
export async function take(link, words) {
  link.ariaBusy = "true";
  const state = Object.assign(document.createElement("span"), { className: "quiet state", role: "status", textContent: words.making });
  const wait = setTimeout(() => link.after(state), 300);
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.statusText);
    const pieces = [];
    let size = 0;
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      size += value.length;
      state.textContent = `${words.taking} ${Math.ceil(size / 1024).toLocaleString()} KB`;
    }
    const name = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
    const address = URL.createObjectURL(new Blob(pieces, { type: answer.headers.get("Content-Type") }));
    Object.assign(document.createElement("a"), { href: address, download: name ?? link.pathname.split("/").pop() }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch {
    location.assign(link.href);
  } finally {
    clearTimeout(wait);
    state.remove();
    link.ariaBusy = null;
  }
}
