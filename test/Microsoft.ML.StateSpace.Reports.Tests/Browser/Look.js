// What is wrong with the page as it is laid out: a list of sentences, empty where nothing is.
() => {
  const wrong = [], width = document.documentElement.clientWidth;
  const isShown = element => element.checkVisibility() && element.getClientRects().length > 0;
  const say = element => `${element.tagName} "${(element.textContent || '').trim().slice(0, 40)}"`;

  // Nothing is wider than the window, but for what scrolls in a box of its own.
  if (document.documentElement.scrollWidth > width)
    wrong.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
  for (const element of document.querySelectorAll('body *')) {
    if (!isShown(element) || element.closest('.scroll table, .skip, svg *'))
      continue;
    const box = element.getBoundingClientRect();
    if (box.right > width + 1 || box.left < -1)
      wrong.push(`${say(element)} reaches from ${box.left} to ${box.right}`);
  }

  // Blocks that stand beside or below one another do not overlap.
  const overlaps = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  for (const parent of document.querySelectorAll('body, .page, main, section, .intro, figure, figcaption, .charts, article, .cards, dl, dl div, ul, ol, li, header, header div, details')) {
    const children = [...parent.children].filter(child => isShown(child) && !child.matches('.skip'));
    for (let i = 0; i < children.length; i++)
      for (let j = 0; j < i; j++)
        if (overlaps(children[i].getBoundingClientRect(), children[j].getBoundingClientRect()))
          wrong.push(`${say(children[i])} overlaps ${say(children[j])}`);
  }

  // Texts in a chart do not overlap, turned ones by their true corners, and lie within it.
  const corners = text => {
    const box = text.getBBox(), matrix = text.getScreenCTM();
    return [[box.x, box.y], [box.x + box.width, box.y], [box.x + box.width, box.y + box.height], [box.x, box.y + box.height]]
      .map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
  };
  const areApart = (a, b) => [a, b].some(shape => shape.some((corner, i) => {
    const next = shape[(i + 1) % 4], normal = { x: corner.y - next.y, y: next.x - corner.x };
    const length = Math.hypot(normal.x, normal.y) || 1;
    const along = points => points.map(p => (p.x * normal.x + p.y * normal.y) / length);
    return Math.max(...along(a)) < Math.min(...along(b)) + 0.5 || Math.max(...along(b)) < Math.min(...along(a)) + 0.5;
  }));
  for (const chart of document.querySelectorAll('figure > svg')) {
    if (!isShown(chart))
      continue;
    const name = chart.querySelector('title')?.textContent ?? chart.getAttribute('aria-label');
    const frame = chart.getBoundingClientRect(), texts = [...chart.querySelectorAll('text')].map(text => ({ text, corners: corners(text) }));
    for (let i = 0; i < texts.length; i++) {
      if (texts[i].corners.some(c => c.x < frame.left - 2 || c.x > frame.right + 2 || c.y < frame.top - 2 || c.y > frame.bottom + 2))
        wrong.push(`${say(texts[i].text)} lies outside of the chart "${name}"`);
      for (let j = 0; j < i; j++)
        if (!areApart(texts[i].corners, texts[j].corners))
          wrong.push(`${say(texts[i].text)} overlaps ${say(texts[j].text)} in the chart "${name}"`);
    }
  }

  // Every heading is at most one level below the one before, and every identifier is used once.
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    if (+heading.tagName[1] > level + 1)
      wrong.push(`${say(heading)} follows a heading of level ${level}`);
    level = +heading.tagName[1];
  }
  const names = [...document.querySelectorAll('[id]')].map(element => element.id);
  if (new Set(names).size < names.length)
    wrong.push('an identifier is used twice');
  return wrong;
}
