// One file sent in parts (themis/views/uploads.py): pause, resume, and going on by itself after the network was gone.
// It is resumed too when the same file is chosen again: after the page was closed, or when the server has all of it and
// could not keep it yet.

const TRIES = 6;
// Milliseconds: what nobody goes on with the server forgets after a day, and so do we.
const KEPT = 24 * 60 * 60 * 1000;
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Refused extends Error {}

export class PartsUpload extends EventTarget {
  constructor(file, { begin, token }) {
    super();
    this.file = file;
    this.begin = begin;
    this.token = token;
    this.key = `upload:${file.name}/${file.size}/${file.lastModified}`;
    this.sent = 0;
    this.isPaused = false;
    this.isDone = false;
    this.problem = "";
  }

  async start() {
    this.isPaused = false;
    this.problem = "";
    const stop = (this.stop = new AbortController());
    this.tell("change");
    try {
      if (!this.url) await this.open(stop.signal);
      else this.sent = await this.offset(stop.signal);
      let tries = 0;
      while (this.sent < this.file.size) {
        try {
          this.sent = await this.part(stop.signal);
          tries = 0;
          this.tell("change");
        } catch (error) {
          if (stop.signal.aborted || error instanceof Refused) throw error;
          tries += 1;
          if (tries > TRIES) throw error;
          await wait(Math.min(500 * 2 ** tries, 15000));
          if (stop.signal.aborted) return;
          // What arrived before the connection broke is known to the server alone.
          this.sent = await this.offset(stop.signal).catch((lost) => {
            if (lost instanceof Refused) throw lost;
            return this.sent;
          });
        }
      }
      this.isDone = true;
      this.tell("change");
      this.tell("done");
    } catch (error) {
      if (stop.signal.aborted) return;
      localStorage.removeItem(this.key);
      if (error instanceof Refused) this.tell("refused");
      else {
        this.remember();
        this.pause();
      }
    }
  }

  pause() {
    this.stop?.abort();
    this.isPaused = true;
    this.tell("change");
  }

  cancel() {
    this.stop?.abort();
    localStorage.removeItem(this.key);
    if (this.url) this.ask(this.url, { method: "DELETE", keepalive: true }).catch(() => {});
  }

  async open(signal) {
    const known = JSON.parse(localStorage.getItem(this.key) ?? "null");
    if (known) {
      Object.assign(this, known);
      try {
        this.sent = await this.offset(signal);
        return;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    const body = new URLSearchParams({ name: this.file.name, size: this.file.size });
    const answer = await this.ask(this.begin, { method: "POST", body, signal });
    Object.assign(this, await answer.json());
    this.sent = 0;
    this.remember();
  }

  remember() {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith("upload:"))) {
      if (!(JSON.parse(localStorage.getItem(key)).touched > Date.now() - KEPT)) localStorage.removeItem(key);
    }
    const { id, url, partBytes } = this;
    localStorage.setItem(this.key, JSON.stringify({ id, url, partBytes, touched: Date.now() }));
  }

  async offset(signal) {
    const answer = await this.ask(this.url, { method: "HEAD", signal });
    return Number(answer.headers.get("Upload-Offset"));
  }

  async part(signal) {
    const body = this.file.slice(this.sent, this.sent + this.partBytes);
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(this.sent) };
    const answer = await this.ask(this.url, { method: "PATCH", body, headers, signal });
    return Number(answer.headers.get("Upload-Offset"));
  }

  // 409 says where to go on; what the server refuses for good is not tried again; all else may pass.
  async ask(url, { headers = {}, ...options }) {
    const answer = await fetch(url, { ...options, headers: { ...headers, "X-CSRFToken": this.token }, redirect: "error" });
    if (answer.ok || answer.status === 409) return answer;
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) throw new Refused(String(answer.status));
    throw new TypeError(String(answer.status));
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
