# ruff: noqa: E501 -- a style sheet
"""How a bulletin looks: on a wide screen, on a phone and on paper."""

STYLE = """
:root { color-scheme: light; --ink: #16202a; --dim: #566472; --edge: #dbe2e8; --soft: #f2f5f7;
  --red: #d0242b; --orange: #e77a12; --yellow: #e9c11f; --blue: #2a78d2; --none: #8793a0; --ok: #1d8a63; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 15px/1.5 system-ui, -apple-system,
  "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC",
  "Noto Sans SC", "Source Han Sans SC", sans-serif; font-variant-numeric: tabular-nums; }
main, .languages { max-width: 960px; margin: 0 auto; padding: 0 20px; }
main { padding-bottom: 40px; }
.pick { position: absolute; opacity: 0; pointer-events: none; }
.languages { display: flex; justify-content: flex-end; gap: 6px; padding-top: 14px; }
.languages label { padding: 4px 12px; border-radius: 99px; color: var(--dim); cursor: pointer; }
#pick-zh:checked ~ .languages label[for="pick-zh"], #pick-en:checked ~ .languages label[for="pick-en"] {
  background: var(--ink); color: #fff; }
#pick-zh:focus-visible ~ .languages label[for="pick-zh"], #pick-en:focus-visible ~ .languages label[for="pick-en"] {
  outline: 2px solid var(--blue); outline-offset: 2px; }
#pick-zh:checked ~ main.en, #pick-en:checked ~ main.zh { display: none; }
h1 { font-size: 30px; line-height: 1.2; margin: 8px 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 36px 0 10px; padding-top: 14px; border-top: 2px solid var(--ink); }
h3 { font-size: 15px; margin: 22px 0 6px; }
.dim, .note { color: var(--dim); }
.note { font-size: 13px; margin: 8px 0 0; max-width: 46em; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(112px, 1fr)); gap: 10px; margin: 22px 0 0; padding: 0; }
.tile { background: var(--soft); border-radius: 10px; padding: 12px 14px; }
.tile dd { margin: 0; font-size: 28px; font-weight: 650; line-height: 1.2; }
.tile dt { color: var(--dim); font-size: 13px; }
.tile { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 6px 8px; text-align: right; border-bottom: 1px solid var(--edge); white-space: nowrap; }
th { font-size: 13px; font-weight: 500; color: var(--dim); vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; overflow-wrap: break-word; }
tbody th { font-size: inherit; font-weight: inherit; color: inherit; }
td.drawn, th.drawn { width: 34%; min-width: 70px; }
tr.all td, tr.all th { font-weight: 600; }
td.zero { color: #a9b4be; }
.key::before { content: ""; display: inline-block; width: 10px; height: 10px; margin-right: 5px; border-radius: 2px;
  background: var(--rank); }
.key.rank-red::before { clip-path: polygon(30% 0, 70% 0, 100% 30%, 100% 70%, 70% 100%, 30% 100%, 0 70%, 0 30%); }
.key.rank-orange::before { clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); }
.key.rank-yellow::before { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.key.rank-blue::before { border-radius: 50%; }
.rank-red { --rank: var(--red); } .rank-orange { --rank: var(--orange); } .rank-yellow { --rank: var(--yellow); }
.rank-blue { --rank: var(--blue); } .rank-none { --rank: var(--none); }
svg { display: block; width: 100%; } svg rect { fill: var(--rank, var(--ok)); } svg .empty { fill: var(--edge); }
svg .full { fill: var(--ok); }
svg.bar { height: 14px; border-radius: 2px; overflow: hidden; }
.time { display: grid; grid-template-columns: auto 1fr; gap: 0 8px; margin: 12px 0 0; }
.time .scale { display: flex; flex-direction: column; justify-content: space-between; font-size: 12px; color: var(--dim);
  text-align: right; line-height: 1; }
.time svg.columns { height: 170px; border-bottom: 1px solid var(--ink); border-top: 1px dashed var(--edge); }
.time .ends { grid-column: 2; display: flex; justify-content: space-between; font-size: 12px; color: var(--dim);
  padding-top: 4px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 6px 0 0; font-size: 13px; color: var(--dim); }
footer { margin-top: 36px; padding-top: 12px; border-top: 1px solid var(--edge); font-size: 13px; color: var(--dim); }
@media (max-width: 620px) {
  body { font-size: 14px; } main, .languages { padding-left: 14px; padding-right: 14px; } h1 { font-size: 24px; }
  th, td { padding: 6px 4px; font-size: 13px; } th { font-size: 12px; } td.drawn, th.drawn { width: 22%; min-width: 44px; }
  .tiles { grid-template-columns: repeat(2, 1fr); } .time svg.columns { height: 120px; }
  .times .wide { display: none; } .key { white-space: nowrap; } .key::before { margin-right: 3px; }
  .counted thead .key { font-size: 0; } .counted thead .key::before { margin: 0; }
  .counted th:first-child, .judged th:first-child { min-width: 86px; }
}
@media print {
  @page { size: A4; margin: 16mm 14mm; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .languages { display: none; } body { font-size: 11pt; } main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; } table, .time, .tiles { break-inside: avoid; } h2 { margin-top: 22px; }
}
"""
