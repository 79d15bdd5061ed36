// Bars on top of each other over stretches of time.

function drawStacks({x, y, sorts, stacks}, width) {
  const occurring = sorts.map((_, sort) => stacks.some((stack) => stack.heights[sort] > 0));
  const bars = stacks.flatMap((stack) => {
    let low = 0;
    return stack.heights.flatMap((height, sort) => {
      if (!(height > 0)) return [];
      const bar = {from: stack.from, until: stack.until, low, high: low + height, sort};
      low += height;
      return [bar];
    });
  });
  if (!stacks.length) return null;
  const height = heightFor(width, 300);
  const frame = {right: 20, top: 8, bottom: 28};
  // A bar begins at nothing, so a logarithmic axis could not show it.
  const up = scaled(
    {...y, logarithmic: false},
    bars.map((bar) => bar.high),
    [height - frame.bottom, frame.top],
    {from: 0, room: 0.04, apart: 46},
  );
  frame.left = marginFor(up);
  const ends = stacks.flatMap((stack) => [stack.from, stack.until]);
  const along = scaled(x, ends, [frame.left, width - frame.right], {apart: width < 500 ? 64 : 88});
  const narrowest = d3.min(stacks, (stack) => Math.abs(along.at(stack.until) - along.at(stack.from)));
  const inset = narrowest > 6 ? 0.75 : 0;
  return {
    above: y.label,
    below: x.label,
    legend: legend(sorts.flatMap((name, sort) => (occurring[sort] ? [[sampleOfSurface(surface(sort)), name]] : []))),
    chart: plotted({
      width,
      height,
      marginLeft: frame.left,
      marginRight: frame.right,
      marginTop: frame.top,
      marginBottom: frame.bottom,
      x: along.plot,
      y: up.plot,
      marks: [
        ...axisY(up),
        ...axisX(along, {grid: false}),
        Plot.rect(bars, {
          x1: "from",
          x2: "until",
          y1: "low",
          y2: "high",
          fill: {value: (bar) => surface(bar.sort), scale: null},
          insetLeft: inset,
          insetRight: inset,
          stroke: narrowest > 3 ? "var(--paper)" : null,
          strokeWidth: 0.75,
        }),
        Plot.ruleY([0], {stroke: "var(--muted)"}),
        stackTips(stacks, sorts, x, y),
      ],
    }),
  };
}

function stackTips(stacks, sorts, x, y) {
  const places = stacks.map((stack) => {
    const parts = stack.heights
      .flatMap((height, sort) => (height > 0 ? [`${told(y, height)}  ${sorts[sort] ?? ""}`] : []))
      .reverse();
    const all = d3.sum(stack.heights);
    return {
      x: (stack.from + stack.until) / 2,
      y: all,
      title: [
        `${told(x, stack.from)} to ${told(x, stack.until)}`,
        ...(parts.length ? parts : ["none"]),
        ...(parts.length > 1 ? [`${told(y, all)}  in all`] : []),
      ].join("\n"),
    };
  });
  return tip(places, Plot.pointerX);
}
