// Starts the browser program over the page that the server has rendered.
// At build time Go's wasm_exec.js is put before this file.
//
// The page works without any of this. So whatever fails here (no WebAssembly,
// blocked by policy, file damaged on the way) fails in silence, and the forms
// go on being forms.

const program = document.getElementById("program");

async function start() {
	const go = new Go();
	const fetched = fetch(program.href, { integrity: program.integrity, priority: "low" });
	const { instance } = await WebAssembly.instantiateStreaming(fetched, go.importObject);
	if (document.readyState === "loading") {
		await new Promise(ready => document.addEventListener("DOMContentLoaded", ready));
	}
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
	adopt(document.body.firstElementChild);
	go.run(instance);
}

// adopt makes go-app's first mount keep the elements that are there.
//
// go-app 9.8.0 does not hydrate: it creates every element anew and puts the new
// tree in place of the old. That would take the focus, the caret, an open
// keyboard, a composition in progress and a half-made click away from the
// payer. But it creates elements and texts in the order in which they stand in
// the document. So until it replaces the old tree by the "new" one, creating an
// element means getting the next one of the old tree, and appending a child to
// the parent that it already has means nothing. What the payer typed or chose
// meanwhile is put back afterwards, because mounting sets the initial values.
// From a difference on (there should be none; the tests hold that), new
// elements are made as usual and what is left of the old ones is removed.
function adopt(root) {
	const old = [];
	const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
	for (let n = root; n; n = walker.nextNode()) {
		if (n.nodeType === Node.ELEMENT_NODE || n.data.trim() !== "") old.push(n);
	}
	const typed = [...root.querySelectorAll("input")].map(input => ({
		input, value: input.value, checked: input.checked,
		start: input.selectionStart, end: input.selectionEnd, direction: input.selectionDirection,
	}));
	let next = 0, same = true;
	const take = (fits, make) => {
		same = same && next < old.length && fits(old[next]);
		return same ? old[next++] : make();
	};
	const native = {
		createElement: Document.prototype.createElement,
		createTextNode: Document.prototype.createTextNode,
		appendChild: Node.prototype.appendChild,
	};
	document.createElement = tag => take(
		n => n.localName === tag, () => native.createElement.call(document, tag));
	document.createTextNode = text => {
		const make = () => native.createTextNode.call(document, text);
		// An empty text leaves no node in the printed page.
		return text.trim() === "" ? make() : take(n => n.nodeType === Node.TEXT_NODE && n.data.trim() === text.trim(), make);
	};
	Node.prototype.appendChild = function (child) {
		return child.parentNode === this ? child : native.appendChild.call(this, child);
	};
	document.body.replaceChild = function (made, replaced) {
		delete document.createElement;
		delete document.createTextNode;
		delete document.body.replaceChild;
		Node.prototype.appendChild = native.appendChild;
		for (const n of old.slice(next)) n.remove();
		if (made !== replaced) Node.prototype.replaceChild.call(this, made, replaced);
		restore(typed);
		document.documentElement.dataset.program = same && next === old.length ? "adopted" : "replaced";
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
			if (was.start !== null) input.setSelectionRange(was.start, was.end, was.direction);
		}
	}
}

if (program && globalThis.WebAssembly && WebAssembly.instantiateStreaming) start().catch(() => {});
