// axes
