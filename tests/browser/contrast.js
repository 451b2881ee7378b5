// Texts on the page whose contrast with what lies behind them is below WCAG AA, with the ratio.
// The value over a slider lies in the thumb, as its parent, and stands above it: what is behind it axe knows, which measures places.
// What is disabled need not stand out.
() => {
  const rgba = (s) => { const c = document.createElement('canvas').getContext('2d', {willReadFrequently:true}); c.clearRect(0,0,1,1); c.fillStyle = s; c.fillRect(0,0,1,1); const d = c.getImageData(0,0,1,1).data; return [d[0],d[1],d[2],d[3]/255]; };
  const over = (a, b) => [0,1,2].map(i => a[i]*a[3] + b[i]*(1-a[3])).concat(1);
  const lum = (c) => { const v = c.slice(0,3).map(x => { x/=255; return x <= .03928 ? x/12.92 : ((x+.055)/1.055)**2.4; }); return .2126*v[0]+.7152*v[1]+.0722*v[2]; };
  const bg = (e) => { const chain=[]; for (let n=e; n; n=n.parentElement) chain.unshift(rgba(getComputedStyle(n).backgroundColor)); return chain.reduce((b,c)=>over(c,b), [255,255,255,1]); };
  const found = {};
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const t = walk.currentNode, e = t.parentElement;
    if (!t.data.trim() || !e.checkVisibility({opacityProperty:true, visibilityProperty:true}) || e.closest('style,script,noscript,[aria-hidden=true],[data-testid=stSliderThumbValue],:disabled')) continue;
    let alpha = 1; for (let n=e; n; n=n.parentElement) alpha *= +getComputedStyle(n).opacity;
    const b = bg(e), f = rgba(getComputedStyle(e).color); f[3] *= alpha; const fg = over(f, b);
    const [x,y] = [lum(fg), lum(b)].sort((p,q)=>q-p); const ratio = (x+.05)/(y+.05);
    const size = parseFloat(getComputedStyle(e).fontSize), bold = +getComputedStyle(e).fontWeight >= 600;
    const need = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    if (ratio < need) found[t.data.trim().slice(0,40)] = ratio.toFixed(2) + ' ' + (e.className||e.tagName);
  }
  return found;
}
