// Draws what the server tells: a snapshot when the page begins, or begins anew, then every reading.
'use strict';

const Past = 90, PastOnPhones = 60, Ahead = 24, AskAgain = 1000, ShownAlerts = 12;
const $ = id => document.getElementById(id);
const degrees = value => value.toFixed(1);
const clock = time => new Date(time).toLocaleTimeString();

const pumps = new Map();   // by their identifiers: name, card, readings by number, bands ahead
const alerts = new Map();  // by their identifiers
let run = null, last = 0, interval = 1000, paused = false, drawing = false;

// What the server tells

function connect() {
  const events = new EventSource('events');
  events.addEventListener('snapshot', event => begin(JSON.parse(event.data)));
  events.addEventListener('reading', event => {
    const { reading, alerts: changed } = JSON.parse(event.data);
    take(reading);
    changed.forEach(hear);
    show();
  });
  events.onerror = () => {
    if ($('connection').dataset.state === 'live')
      tell('The connection to the server is lost. The page tries again until it is back.');
    setConnection('lost', 'Reconnecting …');
    // The browser asks again by itself, but for answers that it takes for final, such as those of a server that is just starting.
    if (events.readyState === EventSource.CLOSED)
      setTimeout(connect, AskAgain);
  };
}

function begin(snapshot) {
  const isAnew = run !== null, isOtherRun = isAnew && snapshot.run !== run;
  if (pumps.size === 0)
    snapshot.pumps.forEach(addCard);
  if (isOtherRun && snapshot.readings[0]?.number <= last) {  // the streams have begun anew as well
    pumps.forEach(pump => pump.readings.clear());
    last = 0;
  }
  run = snapshot.run;
  interval = snapshot.interval;
  snapshot.readings.forEach(take);
  setConnection('live', 'Live');
  if (isAnew)
    tell(isOtherRun
      ? `The server has started again, and the streams go on from the state that was kept. ${lostReadings(snapshot.gap)}`
      : 'The page is connected again.');
  const before = new Map(alerts);
  alerts.clear();
  for (const alert of snapshot.alerts) {
    if (before.has(alert.id))
      alerts.set(alert.id, before.get(alert.id));
    else if (alert.ended)  // news of the past
      alerts.set(alert.id, alert);
    hear(alert);
  }
  show();
}

function take(reading) {
  if (reading.number <= last)
    return;
  last = reading.number;
  for (const one of reading.pumps) {
    const pump = pumps.get(one.pump);
    pump.readings.set(last, one);
    for (const number of pump.readings.keys())
      if (number < last - Past)
        pump.readings.delete(number);
    pump.ahead = one.ahead;
    pump.latest = one;
  }
}

function hear(alert) {
  const before = alerts.get(alert.id);
  alerts.set(alert.id, alert);
  if (!before || !before.ended !== !alert.ended)
    announce(alert);
}

// What is said, to those who see the page and to those who hear it

function announce(alert) {
  const name = pumps.get(alert.pump).name;
  if (alert.ended)
    tell(`${name} is within its band again.`);
  else
    tell(`Alert: ${name} is ${alert.largest > 0 ? 'hotter' : 'colder'} than expected.`, 'alert');
}

function lostReadings(gap) {
  return !gap ? 'No reading is lost.'
    : gap.lost === 1 ? 'One reading of each pump is lost.'
    : `${gap.lost} readings of each pump are lost.`;
}

function tell(what, kind = 'note') {
  $('news').textContent = what;
  $('news').dataset.kind = kind;
}

function setConnection(state, text) {
  $('connection').dataset.state = state;
  $('connection').textContent = text;
  pumps.forEach(pump => pump.button.disabled = state !== 'live');
}

// What is shown

function addCard(pump) {
  const card = $('card').content.firstElementChild.cloneNode(true), find = selector => card.querySelector(selector);
  card.id = pump.id;
  find('h3').textContent = pump.name;
  const chart = find('.chart'), button = find('.fault');
  chart.setAttribute('aria-label', `${pump.name}: the last ${Past} temperatures, each with its band, and the bands of the next ${Ahead}`);
  const made = {
    ...pump, card, chart, button, readings: new Map(), ahead: [], latest: null,
    number: find('.number'), expected: find('.expected'), state: find('.state'),
  };
  button.addEventListener('click', () => changeFault(made));
  pumps.set(pump.id, made);
  $('cards').append(card);
  new ResizeObserver(() => draw(made)).observe(chart);
}

async function changeFault(pump) {
  const ends = pump.latest?.hasFault;
  try {
    const answer = await fetch(`pumps/${pump.id}/fault`, { method: ends ? 'DELETE' : 'POST' });
    if (answer.ok)
      tell(ends ? `The fault of ${pump.name} has ended.` : `${pump.name} has a fault now: its bearing runs hot.`);
    else
      tell(`The server refused that: ${await answer.text()}`);
  } catch {
    tell(`The server could not be reached, and ${pump.name} is as it was.`);
  }
}

function show() {
  if (paused || drawing)
    return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    set($('reading'), `Reading ${last}`);
    pumps.forEach(showPump);
    showAlerts();
  });
}

function showPump(pump) {
  const { latest } = pump;
  if (!latest)
    return;
  const isOpen = [...alerts.values()].some(alert => alert.pump === pump.id && !alert.ended);
  const [state, text] = isOpen ? ['alert', '▲ Alert']
    : latest.isOutside ? ['outside', '◆ Outside']
    : latest.band ? ['within', '● Within its band']
    : ['waiting', '… Finding its band'];
  pump.card.dataset.state = state;
  set(pump.state, text);
  set(pump.number, degrees(latest.value));
  set(pump.expected, latest.band ? `expected ${degrees(latest.band.lower)}–${degrees(latest.band.upper)}` : 'no band yet');
  set(pump.button, latest.hasFault ? 'End the fault' : 'Inject a fault');
  pump.button.setAttribute('aria-label', latest.hasFault ? `End the fault of ${pump.name}` : `Inject a fault into ${pump.name}`);
  draw(pump);
}

function showAlerts() {
  const latest = [...alerts.values()].reverse().slice(0, ShownAlerts), open = latest.filter(alert => !alert.ended).length;
  document.title = `${open > 0 ? `▲ ${open} ` : ''}Live monitor: bearing temperatures`;
  $('no-alerts').hidden = latest.length > 0;
  const list = $('alerts');
  while (list.children.length > latest.length)
    list.lastElementChild.remove();
  latest.forEach((alert, i) => {
    const item = list.children[i] ?? list.appendChild(alertItem());
    item.toggleAttribute('data-open', !alert.ended);
    const times = alert.ended ? `${clock(alert.began)} – ${clock(alert.ended)}` : `since ${clock(alert.began)}`;
    const far = `${degrees(Math.abs(alert.largest))} °C ${alert.largest > 0 ? 'above' : 'below'} its band`;
    [`${pumps.get(alert.pump).name}: ${alert.ended ? 'ended' : 'open'}`, times, `at most ${far}`]
      .forEach((text, part) => set(item.children[part], text));
  });
}

function alertItem() {
  const item = document.createElement('li');
  item.append(document.createElement('strong'), document.createElement('span'), document.createElement('span'));
  return item;
}

function set(element, text) {
  if (element.textContent !== text)
    element.textContent = text;
}

// The charts

function draw(pump) {
  const { width, height } = pump.chart.getBoundingClientRect(), past = width < 420 ? PastOnPhones : Past;
  const readings = [...pump.readings].filter(([number]) => number >= last - past);
  if (readings.length === 0 || width === 0)
    return;
  const left = 34, right = 8, top = 8, bottom = 22;
  const ahead = pump.ahead.map((band, i) => [last + 1 + i, band]);
  const bands = readings.filter(([, reading]) => reading.band).map(([number, reading]) => [number, reading.band]);
  const heights = [...bands, ...ahead].flatMap(([, band]) => [band.lower, band.upper])
    .concat(readings.map(([, reading]) => reading.value));
  const axis = ticks(Math.min(...heights), Math.max(...heights));
  const x = number => (left + (number - last + past) / (past + Ahead) * (width - left - right)).toFixed(1);
  const y = value => (top + (axis.high - value) / (axis.high - axis.low) * (height - top - bottom)).toFixed(1);

  const area = points => points.length === 0 ? '' : 'M' + [...points.map(([n, band]) => `${x(n)} ${y(band.upper)}`),
    ...points.toReversed().map(([n, band]) => `${x(n)} ${y(band.lower)}`)].join('L') + 'Z';
  const line = points => points.length === 0 ? '' : 'M' + points.map(([n, value]) => `${x(n)} ${y(value)}`).join('L');
  const cross = (n, value) => `M${x(n) - 3} ${y(value) - 3}l6 6m0-6l-6 6`;

  const parts = [
    ['grid', axis.values.map(value => `M${left} ${y(value)}H${width - right}`).join('')],
    ['gap', gaps(readings).map(([from, to]) => `M${x(from)} ${top}H${x(to)}V${height - bottom}H${x(from)}Z`).join('')],
    ['band', stretches(bands).map(area).join('')],
    ['ahead', area([...bands.filter(([number]) => number === last), ...ahead])],
    ['middle', line(ahead.map(([number, band]) => [number, band.middle]))],
    ['line', stretches(readings.map(([number, reading]) => [number, reading.value])).map(line).join('')],
    ['outside', readings.filter(([, reading]) => reading.isOutside).map(([number, reading]) => cross(number, reading.value)).join('')],
    ['now', `M${x(last)} ${top}V${height - bottom}`],
  ];
  const texts = [
    ...axis.values.map(value => [left - 6, +y(value) + 4, 'end', `${+value.toFixed(3)}`]),
    [left, height - 5, 'start', `−${seconds(past)}`],
    [x(last), height - 5, 'middle', 'now'],
    [width - right, height - 5, 'end', `+${seconds(Ahead)}`],
  ];
  fill(pump.chart, 'path', parts, (path, [name, d]) => { path.setAttribute('class', name); path.setAttribute('d', d); });
  fill(pump.chart, 'text', texts, (text, [atX, atY, anchor, what]) => {
    text.setAttribute('x', atX);
    text.setAttribute('y', atY);
    text.setAttribute('text-anchor', anchor);
    set(text, what);
  });
}

// As many elements of a kind as there are items, each set to its item.
function fill(svg, kind, items, change) {
  const elements = [...svg.querySelectorAll(kind)];
  elements.slice(items.length).forEach(element => element.remove());
  items.forEach((item, i) => change(elements[i] ?? svg.appendChild(document.createElementNS('http://www.w3.org/2000/svg', kind)), item));
}

// Points that follow one another without a gap.
function stretches(points) {
  const all = [];
  points.forEach((point, i) => i > 0 && point[0] === points[i - 1][0] + 1 ? all.at(-1).push(point) : all.push([point]));
  return all;
}

function gaps(points) {
  return points.slice(1).map((point, i) => [points[i][0], point[0]]).filter(([from, to]) => to > from + 1);
}

// At most five round values that hold all others between them.
function ticks(least, most) {
  const rough = Math.max(most - least, 0.1) / 4, ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * ten).find(size => size >= rough);
  const low = Math.floor(least / step), high = Math.max(Math.ceil(most / step), low + 1);
  return { low: low * step, high: high * step, values: Array.from({ length: high - low + 1 }, (_, i) => (low + i) * step) };
}

function seconds(readings) {
  const time = readings * interval / 1000;
  return time < 120 ? `${+time.toPrecision(2)} s` : `${+(time / 60).toPrecision(2)} min`;
}

$('pause').addEventListener('click', event => {
  paused = !paused;
  event.target.setAttribute('aria-pressed', paused);
  show();
});
connect();
