/**
 * The script of pages with live figures: a classic script without imports, so that it also runs
 * from a file. It draws a figure when it comes near the window, over the picture that holds its
 * place, and scales it to the width there is. A figure that cannot be drawn stays a picture.
 */
export const FIGURE_SCRIPT = `(function () {
  'use strict';
  var frames = Array.prototype.slice.call(document.querySelectorAll('.figure-frame'));
  var touch = window.matchMedia('(pointer: coarse)').matches;

  // Figures have a fixed size; Plotly knows how to find the pointer in a scaled one.
  function fit(frame) {
    var live = frame.querySelector('.figure-live');
    var scale = Math.min(1, frame.clientWidth / parseFloat(live.style.width));
    live.style.transform = scale === 1 ? '' : 'scale(' + scale + ')';
  }

  function draw(frame) {
    var live = frame.querySelector('.figure-live');
    var figure = JSON.parse(frame.querySelector('script').textContent);
    if (touch) figure.layout.dragmode = false;  // A finger on a figure scrolls the page.
    // One of Plotly's own buttons would send the figure to a server.
    figure.config = {displaylogo: false, responsive: false, plotlyServerURL: '',
      modeBarButtonsToRemove: ['sendChartToCloud', 'select2d', 'lasso2d', 'autoScale2d']};
    fit(frame);
    return window.Plotly.newPlot(live, figure).then(function () {
      frame.classList.add('is-live');
    }).catch(function (error) {
      console.error('This figure stays a picture:', error);
    });
  }

  function start() {
    var near = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        near.unobserve(entry.target);
        draw(entry.target);
      });
    }, {rootMargin: '600px 0px'});
    var size = new ResizeObserver(function (entries) {
      entries.forEach(function (entry) { fit(entry.target); });
    });
    frames.forEach(function (frame) { near.observe(frame); size.observe(frame); });
    window.addEventListener('beforeprint', function () {
      frames.forEach(function (frame) {
        if (frame.querySelector('img') || frame.classList.contains('is-live')) return;
        near.unobserve(frame);
        draw(frame);
      });
    });
  }

  // Plotly measures its texts: with another font than Lato they would stand elsewhere.
  function whenReady() {
    Promise.all([document.fonts.load('16px Lato'), document.fonts.load('bold 16px Lato')])
        .then(start, start);
  }
  if (document.readyState === 'loading') {
    document.addEventListener('DOMContentLoaded', whenReady);
  } else {
    whenReady();
  }
})();
`;
