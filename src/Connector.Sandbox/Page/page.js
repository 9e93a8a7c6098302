'use strict';
// Everything that is shown goes through textContent, and every address comes from the server: data can never become markup or a link.
const $ = id => document.getElementById(id);
const links = [...document.querySelectorAll('nav a')];
let shown = 0;
let timer;
let number = 0;

function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

function text(node, value) {
  value ??= '';
  if (node.textContent !== value) node.textContent = value;
  node.hidden = value === '' && node.getAttribute('role') !== 'status';
}

const units = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]];
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

function human(time) {
  const seconds = (time - Date.now()) / 1000;
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? [];
  return unit ? ago.format(Math.round(seconds / size), unit) : seconds < 0 ? 'just now' : 'soon';
}

function timeOf(time) {
  const node = el('time', '', human(time));
  node.dateTime = new Date(time).toISOString();
  node.title = exact.format(time);
  return node;
}

const focusable = 'a, button, pre';

// Only what changed is made anew, so that focus, scrolling and frames stay.
function patch(parent, items, make) {
  const old = new Map([...parent.children].map(child => [child.dataset.key, child]));
  const seen = new Set();
  items.forEach((item, i) => {
    let key = item.key ?? item.title;
    while (seen.has(key)) key += '+';
    seen.add(key);
    const stamp = JSON.stringify(item);
    let node = old.get(key);
    if (node?.stamp !== stamp) {
      const made = make(item);
      const at = node?.contains(document.activeElement) ? [...node.querySelectorAll(focusable)].indexOf(document.activeElement) : -1;
      made.dataset.key = key;
      made.stamp = stamp;
      node?.replaceWith(made);
      made.querySelectorAll(focusable)[at]?.focus();
      node = made;
    }
    old.delete(key);
    if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null);
  });
  for (const node of old.values()) node.remove();
}

function row(item) {
  const node = el(item.href ? 'a' : 'div', 'row',
    el('b', '', item.tag ? el('span', 'tag', item.tag) : null, el('bdi', '', item.title)),
    el('span', 'status' + (item.bad === null ? '' : item.bad ? ' bad' : ' good'), item.status ?? ''),
    el('span', 'text', el('bdi', '', item.text ?? '')),
    item.time === null ? null : timeOf(item.time));
  if (item.href) node.href = item.href;
  return el('li', '', node);
}

function fact(item) {
  const value = item.value === null ? null : el('bdi', '', item.value);
  const link = item.href && el('a', '', value);
  if (link) link.href = item.href;
  const when = item.time === null ? [] : [timeOf(item.time), el('small', '', ' ' + exact.format(item.time))];
  return [el('dt', '', el('bdi', '', item.name)), el('dd', '', link || value, ...(value ? [el('small', 'when', ...when)] : when))];
}

function part(item) {
  const section = el('section', item.text || item.frame ? 'wide' : '');
  const bar = el('div', 'bar', el('h3', '', item.title));
  section.append(bar);
  if (item.facts.length) section.append(el('dl', '', ...item.facts.flatMap(fact)));
  if (item.buttons.length) {
    section.append(el('div', 'buttons', ...item.buttons.map(button => press(button.label, async () => {
      const answer = await fetch(button.path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(button.body) });
      say(answer.ok ? `${button.label}: noted, and reported to every webhook that asks for it.` : `${button.label}: refused with ${answer.status}.`);
    }))));
  }
  if (item.text) {
    const pre = el('pre', '', item.text);
    pre.tabIndex = 0;
    pre.setAttribute('role', 'region');
    pre.setAttribute('aria-label', item.title);
    bar.append(press('Copy', async () => { await navigator.clipboard.writeText(item.text); say('Copied.'); }));
    section.append(pre);
  }
  if (item.frame) {
    const frame = el('iframe');
    frame.setAttribute('sandbox', '');
    frame.title = item.title;
    frame.src = item.frame;
    section.append(frame);
  }
  return section;
}

function press(label, action) {
  const button = el('button', '', label);
  button.type = 'button';
  button.onclick = action;
  return button;
}

function say(words) {
  text($('said'), words);
  setTimeout(() => { if ($('said').textContent === words) text($('said'), ''); }, 4000);
}

function here() {
  const [path, query] = (location.hash.slice(1) || '/people').split('?', 2);
  return [path, new URLSearchParams(query)];
}

function go(changes) {
  const [path, query] = here();
  for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
  return '#' + path + (query.size ? '?' + query : '');
}

function showList(list, title) {
  $('list').hidden = !list;
  if (!list) return;
  text($('list-title'), list.title === title ? 'Newest first' : list.title);
  $('q').setAttribute('aria-label', 'Search ' + list.title.toLowerCase());
  patch($('rows'), list.rows, row);
  const count = list.found.toLocaleString('en');
  const none = list.found ? `There are only ${count}.` : list.total ? 'Nothing fits.' : list.empty;
  text($('empty'), list.rows.length ? '' : none);
  text($('range'), list.rows.length ? `${(list.start + 1).toLocaleString('en')} to ${(list.start + list.rows.length).toLocaleString('en')} of ${count}` +
    (list.found < list.total ? `, of ${list.total.toLocaleString('en')} in all` : '') : '');
  const size = Number(here()[1].get('limit')) || 50;
  const next = list.start + list.rows.length;
  $('newer').hidden = list.start === 0;
  $('older').hidden = next >= list.found;
  $('newer').href = go({ start: Math.max(0, list.start - size) });
  $('older').href = go({ start: next });
}

async function show(isNew) {
  clearTimeout(timer);
  timer = undefined;
  shown = Date.now();
  const mine = ++number;
  const [path, query] = here();
  let view;
  try {
    view = await (await fetch('/_sandbox/views' + path + (query.size ? '?' + query : ''))).json();
  } catch {
    return;
  }
  if (mine !== number) return;
  // The server knows no such address, and answers with an error of the API.
  if (!view.parts) view = { title: 'Not here', note: 'There is no page of this address.', parts: [], list: null, raw: null };
  document.title = view.title + ' · Customer.io sandbox';
  text($('title'), view.title);
  text($('note'), view.note);
  $('raw').hidden = !view.raw;
  if (view.raw) $('raw').href = view.raw;
  patch($('parts'), view.parts.filter(p => p.facts.length || p.text || p.frame || p.buttons.length), part);
  showList(view.list, view.title);
  for (const link of links) {
    const isCurrent = path === link.hash.slice(1) || path.startsWith(link.hash.slice(1) + '/');
    isCurrent ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
  }
  if (isNew) {
    scrollTo(0, 0);
    $('title').focus({ preventScroll: true });
  }
}

// At most once a second, however much arrives.
function refresh() {
  timer ??= setTimeout(show, Math.max(0, 1000 - (Date.now() - shown)));
}

function listen() {
  const source = new EventSource('/_sandbox/stream');
  source.onopen = () => { text($('state'), 'live'); $('state').className = 'on'; };
  source.onerror = () => { text($('state'), 'waiting for the sandbox…'); $('state').className = ''; };
  source.onmessage = message => {
    const { region, totals } = JSON.parse(message.data);
    text($('where'), `${location.origin} · ${region.toUpperCase()} workspace`);
    for (const link of links) text(link.querySelector('.count'), (totals[link.hash.slice(2)] ?? 0).toLocaleString('en'));
    links.at(-1).classList.toggle('some', totals.dropped > 0);
    refresh();
  };
}

$('find').onsubmit = event => event.preventDefault();
$('q').oninput = () => {
  clearTimeout($('q').wait);
  $('q').wait = setTimeout(() => { history.replaceState(null, '', go({ q: $('q').value.trim(), start: '' })); show(); }, 200);
};
$('reset').onclick = () => {
  if (confirm('Forget all people, events, messages, requests and faults of this sandbox?')) fetch('/_sandbox/reset', { method: 'POST' });
};
addEventListener('hashchange', () => {
  $('q').value = here()[1].get('q') ?? '';
  show(true);
});
setInterval(() => {
  for (const node of document.querySelectorAll('time')) text(node, human(Date.parse(node.dateTime)));
}, 20000);
$('q').value = here()[1].get('q') ?? '';
show();
listen();
