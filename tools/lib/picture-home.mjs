// The home in which the pictures of the product are taken.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const folder = 'projects/churn';
export const notebookName = 'churn_model.ipynb';

/** Only the standard library: the picture shows what works on a fresh machine. */
export const cells = [
  [
    'markdown',
    '# Customer churn\n\nBaseline for the spring campaign. Source: `data/plans.csv`, refreshed nightly.',
  ],
  ['code', 'import csv\n\nrows = list(csv.DictReader(open("data/plans.csv")))'],
  [
    'code',
    [
      "print(f\"{'plan':<8}{'customers':>11}{'fee':>9}{'churn':>9}\")",
      'for row in rows:',
      "    print(f\"{row['plan']:<8}{int(row['customers']):>11,}{float(row['fee']):>9.2f}{float(row['churn']):>9.1%}\")",
    ].join('\n'),
  ],
  ['markdown', 'The risk falls with tenure: $r(t) = r_\\infty + (r_0 - r_\\infty)\\, e^{-t / 12}$'],
  ['code', 'from features.plots import Lines\n\nLines(rows, months=48)'],
  ['code', 'train, test = split(rows, by="signup_date")'],
];

const files = {
  'data/plans.csv':
    'plan,customers,fee,churn\nBasic,412318,9.00,0.274\nPlus,586004,29.00,0.152\nPro,205996,79.00,0.068\n',
  'features/__init__.py': '',
  'features/plots.py': `import math


class Lines:
    """Churn by tenure, one line a plan."""

    def __init__(self, rows, months):
        self.rows, self.months = rows, months

    def _repr_svg_(self):
        colours = ["#2858cf", "#c8620c", "#1c8a5a"]
        x = lambda month: 50 + month * 560 / self.months
        y = lambda share: 166 - share * 460
        parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="720" height="196" font-family="sans-serif" font-size="11">']
        parts.append('<text x="50" y="14" font-weight="600">Monthly churn by tenure (months)</text>')
        for share in (0, 0.1, 0.2, 0.3):
            parts.append(f'<path d="M50 {y(share)}H610" stroke="#d9dde3"/><text x="42" y="{y(share) + 4}" text-anchor="end" fill="#5c6572">{share:.0%}</text>')
        for month in range(0, self.months + 1, 12):
            parts.append(f'<text x="{x(month)}" y="186" text-anchor="middle" fill="#5c6572">{month}</text>')
        for row, colour in zip(self.rows, colours):
            start = float(row["churn"])
            risk = lambda month: start / 3 + start * 2 / 3 * math.exp(-month / 12)
            points = " ".join(f"{x(m):.1f},{y(risk(m)):.1f}" for m in range(self.months + 1))
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
            parts.append(f'<text x="618" y="{y(risk(self.months)) + 4:.1f}" fill="{colour}" font-weight="600">{row["plan"]}</text>')
        return "".join(parts) + "</svg>"
`,
  'README.md': '# Churn\n',
  'requirements.txt': 'lightgbm\n',
};

export function writeHome(home) {
  const write = (name, text) => {
    const file = join(home, folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const notebook = {
    cells: cells.map(([cell_type, source], index) => ({
      cell_type,
      id: `cell-${index}`,
      metadata: {},
      source,
      ...(cell_type === 'code' ? { outputs: [], execution_count: null } : {}),
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  write(notebookName, `${JSON.stringify(notebook, null, 1)}\n`);
}
