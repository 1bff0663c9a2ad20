// Starts the browser program over the page that the server has rendered.
// At build time Go's wasm_exec.js is put before this file.
//
// The page works without any of this. So whatever fails here (no WebAssembly,
// blocked by policy, file damaged on the way) fails in silence, and the forms
// go on being forms.

// It is compiled and run on machines on which either takes a second. So it waits
// until the page has been painted and loaded, then as long again as that took from
// the page's first byte on, and then for a moment in which nothing else happens. Who
// saves data goes without.

const program = document.getElementById("program");

const spared = () => navigator.connection?.saveData || matchMedia("(prefers-reduced-data: reduce)").matches;

const after = pause => new Promise(done => setTimeout(done, pause));
// Not every browser says when it is idle, and a busy one says it late.
const idle = () => globalThis.requestIdleCallback ? new Promise(done => requestIdleCallback(done, { timeout: 2000 })) : after(50);

// shown waits until the page has loaded and the browser has painted its first text or
// picture. Not every browser says so, and none does where nobody looks, in a tab behind
// others or a frame below the fold: there it is a while after the page has loaded.
async function shown() {
	if (document.readyState !== "complete") {
		await new Promise(loaded => addEventListener("load", loaded, { once: true }));
	}
	if (performance.getEntriesByName("first-contentful-paint").length) return;
	let painted;
	await Promise.race([after(5000), new Promise(done => {
		painted = new PerformanceObserver(list => {
			if (list.getEntriesByName("first-contentful-paint").length) done();
		});
		painted.observe({ type: "paint", buffered: true });
	})]);
	painted.disconnect();
}

async function start() {
	if (spared()) {
		document.documentElement.dataset.program = "spared";
		return;
	}
	await shown();
	await after(performance.now() - (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0));
	await idle();
	const fetched = fetch(program.dataset.program, { integrity: program.dataset.integrity, priority: "low" });
	const module = await WebAssembly.compileStreaming(fetched);
	await idle();
	const go = new Go();
	const instance = await WebAssembly.instantiate(module, go.importObject);
	if (!program.isConnected) return; // a script has put another page there, and said so
	// go-app asks for these. The last two belong to its own service worker and
	// install prompt, which we do not have.
	globalThis.goappGetenv = () => "";
	globalThis.goappNav = () => {};
	globalThis.goappOnUpdate = () => {};
	globalThis.goappOnAppInstallChange = () => {};
	// go-app looks into both storages when it starts. In a frame they may be
	// refused with an exception, and nothing of ours may ever be stored.
	const nothing = { length: 0, key: () => null, getItem: () => null, setItem() {}, removeItem() {}, clear() {} };
	for (const name of ["localStorage", "sessionStorage"]) {
		Object.defineProperty(globalThis, name, { value: nothing, configurable: true });
	}
	follow(go);
	adopt(document.body.firstElementChild);
	// All that runs before the first wait runs now.
	running++;
	try {
		go.run(instance).catch(() => {});
	} finally {
		running--;
	}
}

// go-app believes that the page is what it has made of it. It keeps the text
// nodes that it made and writes into them, and where a browser or an extension
// translates the page they have left it: others, often in <font>, stand in
// their place. What go-app writes then is seen by nobody, and the old words
// stand beside the new. So each time before go-app changes something, what
// others have put there goes, and its own texts come back. What does not change
// stays translated, and what has changed is translated anew if somebody watches.
//
// go-app 9.8.0 changes pages by the calls below and no others (its js_wasm.go),
// and a text of ours is always the only child of its element.
//
// Some texts are the page's scripts', and stay what those make of them: of an
// <output>, of what is marked data-script, and of what a script has put into the
// page, which it marks data-added.
const native = {
	createElement: Document.prototype.createElement,
	createTextNode: Document.prototype.createTextNode,
	appendChild: Node.prototype.appendChild,
	replaceChild: Node.prototype.replaceChild,
	removeChild: Node.prototype.removeChild,
	nodeValue: Object.getOwnPropertyDescriptor(Node.prototype, "nodeValue"),
};
const made = new WeakSet(); // go-app's elements and texts
const words = new WeakMap(); // element → its text
const homes = new WeakMap(); // text → its element
let running = 0; // what calls is go-app, if this is not 0
let adopting; // until the first page is mounted

const scripted = element => element.matches("output,[data-script]");
const added = "[data-added]";
const isText = node => node.nodeType === Node.TEXT_NODE;
const blank = node => node.textContent.trim() === "";

function follow(go) {
	const resume = go._resume;
	go._resume = function () {
		running++;
		try {
			return resume.call(this);
		} finally {
			running--;
		}
	};
	const make = (taken, anew) => {
		const node = taken ?? anew();
		made.add(node);
		return node;
	};
	document.createElement = function (...args) {
		const anew = () => native.createElement.apply(document, args);
		return running ? make(adopting?.element(args[0]), anew) : anew();
	};
	document.createTextNode = function (text) {
		const anew = () => native.createTextNode.call(document, text);
		return running ? make(adopting?.text(text), anew) : anew();
	};
	Node.prototype.appendChild = function (child) {
		if (!running || !made.has(this)) return native.appendChild.call(this, child);
		house(this, child);
		if (adopting?.holds(this, child)) return child;
		mend(this);
		return native.appendChild.call(this, child);
	};
	Node.prototype.replaceChild = function (child, old) {
		if (!running || !made.has(child)) return native.replaceChild.call(this, child, old);
		if (made.has(this)) mend(this);
		leave(this, old);
		house(this, child);
		if (old.parentNode === this) native.replaceChild.call(this, child, old);
		else if (old.isConnected) old.replaceWith(child);
		else native.appendChild.call(this, child);
		return old;
	};
	Node.prototype.removeChild = function (child) {
		if (!running || !made.has(this)) return native.removeChild.call(this, child);
		mend(this);
		leave(this, child);
		child.remove();
		return child;
	};
	Object.defineProperty(Text.prototype, "nodeValue", {
		...native.nodeValue,
		set(text) {
			if (running && homes.has(this)) mend(homes.get(this));
			native.nodeValue.set.call(this, text);
		},
	});
}

function house(element, child) {
	if (!isText(child)) return;
	words.set(element, child);
	homes.set(child, element);
}

function leave(element, child) {
	if (words.get(element) === child) words.delete(element);
	homes.delete(child);
}

// altered reports whether words stand in an element that are not go-app's, or
// its own are gone.
function altered(element) {
	if (scripted(element)) return false;
	const own = words.get(element);
	if (own && own.parentNode !== element && !blank(own)) return true;
	return [...element.childNodes].some(n => n !== own && !blank(n) && (isText(n) || n.nodeType === Node.ELEMENT_NODE && !made.has(n) && !n.matches(added)));
}

// mend makes an element what go-app believes it to be. Translation that moves
// words puts them into elements further out: then it is the outermost of those.
function mend(element) {
	if (adopting || !element.isConnected) return;
	let top;
	for (let e = element; e && e !== document.body; e = e.parentElement) {
		if (made.has(e) && altered(e)) top = e;
	}
	if (!top) return;
	// Innermost first, so that of what is unwrapped only our own elements are left.
	for (const other of [...top.querySelectorAll("*")].reverse()) {
		if (!made.has(other) && !blank(other) && !other.closest(added)) other.replaceWith(...other.children);
	}
	for (const e of [top, ...top.querySelectorAll("*")]) {
		if (!made.has(e) || scripted(e)) continue;
		const own = words.get(e);
		for (const n of [...e.childNodes]) if (isText(n) && n !== own && !blank(n)) n.remove();
		if (own && own.parentNode !== e) native.appendChild.call(e, own);
	}
}

// adopt makes go-app's first mount keep the elements that are there.
//
// go-app does not hydrate: it creates every element anew and puts the new tree
// in place of the old. That would take the focus, the caret, an open keyboard, a
// composition in progress and a half-made click away from the payer. But it
// creates elements in the order in which they stand in the document, and each
// element's text right after it. So until it replaces the old tree by the "new"
// one, creating an element means getting the next one of the old tree, and
// appending a child to the parent that it already has means nothing. What the
// payer typed or chose meanwhile, and what a script has shown or hidden, is put
// back afterwards, because mounting sets the initial values. From a difference on
// (there should be none; the tests hold that), new elements are made as usual and
// what is left of the old ones is removed.
//
// A page that was translated before has other words, and <font> elements around
// them. They stay until go-app changes something there.
function adopt(root) {
	const old = [root, ...root.querySelectorAll("*")].filter(e => e.localName !== "font" && !e.closest(added));
	const hidden = old.map(e => e.hidden);
	const typed = [...root.querySelectorAll("input,select,textarea")].map(input => ({
		input, value: input.value, checked: input.checked,
		start: input.selectionStart, end: input.selectionEnd, direction: input.selectionDirection,
	}));
	const active = document.activeElement;
	const taken = new Set();
	let next = 0, same = true, translated = false, last;
	adopting = {
		element(tag) {
			same = same && next < old.length && old[next].localName === tag;
			last = same ? old[next++] : undefined;
			if (last) taken.add(last);
			return last;
		},
		// An empty text leaves no node in the printed page.
		text(text) {
			if (last && text.trim() !== "") return [...last.childNodes].find(n => isText(n) && n.data.trim() === text.trim());
		},
		holds(parent, child) {
			if (child.parentNode === parent || taken.has(child) && parent.contains(child)) return true;
			if (taken.has(parent) && isText(child) && child.data !== "" && blank(child)) return true; // a space between two elements is printed
			if (!taken.has(parent) || !isText(child) || blank(child) || blank(parent)) return false;
			return scripted(parent) || (translated = true);
		},
	};
	document.body.replaceChild = function (page, replaced) {
		delete document.body.replaceChild;
		adopting = undefined;
		for (const n of old.slice(next)) n.remove();
		for (const e of taken) {
			if (words.has(e) || scripted(e)) continue;
			for (const n of [...e.childNodes]) {
				if (!isText(n) || blank(n)) continue;
				n.remove();
				same = false;
			}
		}
		if (page !== replaced) native.replaceChild.call(this, page, replaced);
		for (const [i, e] of old.entries()) if (e.hidden !== hidden[i]) e.hidden = hidden[i];
		restore(typed);
		if (active?.id && !active.isConnected) document.getElementById(active.id)?.focus();
		const all = same && next === old.length;
		document.documentElement.dataset.program = all ? translated ? "translated" : "adopted" : "replaced";
		return replaced;
	};
}

// restore puts back what the inputs held before the mount. Writing a value
// moves the caret, so it is done only where the value differs.
function restore(typed) {
	for (const was of typed) {
		const input = was.input.isConnected ? was.input : document.getElementById(was.input.id);
		if (!input) continue;
		if (was.input.type === "radio" || was.input.type === "checkbox") {
			if (input.checked !== was.checked) input.checked = was.checked;
		} else if (input.value !== was.value) {
			input.value = was.value;
			if (typeof was.start === "number") input.setSelectionRange(was.start, was.end, was.direction);
		}
	}
}

if (program && globalThis.WebAssembly?.compileStreaming) start().catch(() => {});
