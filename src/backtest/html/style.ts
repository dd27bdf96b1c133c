/** The style of the report: light and dark, from a phone to a wide screen, without anything from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--text:#1b1f24;--soft:#57606a;--line:#d8dee4;--track:#eef1f4;
--firing:#c62828;--pending:#e0a100;--insufficient:#8fa3bf;--nodata:#aab1b9;--stale:#b08968;--error:#8250df;
--value:#0969da;--mark:#1a7f37;--running:#2da44e;--soaking:#94d3a2;--waiting:#d4a72c;--held:#6e7781;--suggested:#6cb6ff;--incident:#8250df24}
@media(prefers-color-scheme:dark){:root{--page:#0d1117;--card:#161b22;--text:#e6edf3;--soft:#9198a1;--line:#30363d;--track:#21262d;
--firing:#ff6b61;--pending:#e3b341;--insufficient:#5d7290;--nodata:#565d66;--stale:#8a6a50;--error:#a371f7;
--value:#58a6ff;--mark:#56d364;--running:#3fb950;--soaking:#23662f;--waiting:#bb8009;--held:#7d8590;--suggested:#388bfd;--incident:#a371f72b}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:68rem;margin:0 auto;padding:1.25rem 1rem 3rem}
h1{font-size:1.5rem;margin:.25rem 0}h2{font-size:1.15rem;margin:2rem 0 .75rem}h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
h4{font-size:.85rem;margin:1rem 0 .25rem}
p{margin:.25rem 0}.lead,.told,.caption,.source,.axis{color:var(--soft)}
.told{font-size:.9rem}.caption,.source{font-size:.8rem;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0;padding:0;list-style:none}
.tiles li,article,.notes{background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.tiles li{padding:.7rem .9rem;font-size:.85rem;color:var(--soft)}
.tiles b{display:block;font-size:1.5rem;line-height:1.3;color:var(--text);font-variant-numeric:tabular-nums}
.notes{padding:.6rem .9rem .6rem 2rem;margin:1rem 0;border-left:4px solid var(--pending)}
article{padding:.9rem 1rem .6rem;margin:.75rem 0}
.kind{font-weight:400;font-size:.75rem;color:var(--soft);border:1px solid var(--line);border-radius:1rem;padding:.05rem .5rem;white-space:nowrap}
svg{display:block;width:100%;height:86px;margin-top:.5rem}
.policy svg{height:42px}
.grid{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}.track{fill:var(--track)}
.incident{fill:var(--incident)}
.value path{fill:var(--value);fill-opacity:.35;stroke:var(--value);stroke-width:1.2;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.threshold{fill:none;stroke:var(--firing);stroke-width:1.2;stroke-dasharray:5 4;vector-effect:non-scaling-stroke}
.firing{fill:var(--firing)}.pending{fill:var(--pending)}.insufficient_data{fill:var(--insufficient)}.no_data{fill:var(--nodata)}
.stale{fill:var(--stale)}.error{fill:var(--error)}.mark{fill:var(--mark)}
.run-running{fill:var(--running)}.run-soaking{fill:var(--soaking)}.run-awaiting_approval{fill:var(--waiting)}
.held{fill:var(--held)}.suggested{fill:var(--suggested)}
.axis{position:relative;height:1.2rem;font-size:.72rem;font-variant-numeric:tabular-nums}
.axis span{position:absolute;transform:translateX(-50%);white-space:nowrap}
.axis .from{transform:none}.axis .to{transform:translateX(-100%)}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1rem;font-size:.8rem;color:var(--soft);margin:.5rem 0;padding:0;list-style:none}
.legend svg{display:inline-block;width:14px;height:10px;margin:0 .35rem 0 0;vertical-align:baseline}
details{margin:.4rem 0;font-size:.85rem}summary{cursor:pointer;color:var(--soft)}
.quiet>summary{font-size:1rem;margin:1rem 0}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.82rem;font-variant-numeric:tabular-nums}
th{text-align:left;font-weight:600;color:var(--soft)}th,td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td:first-child,td:nth-child(2){white-space:nowrap}.labels,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.78rem}
.seen{white-space:nowrap}.seen span{display:block}
.labels{overflow-wrap:anywhere;min-width:14rem}.failure{color:var(--error);font-size:.85rem;overflow-wrap:anywhere}
footer{margin-top:2rem;font-size:.8rem;color:var(--soft)}
@media(max-width:36rem){.axis span:nth-child(even){display:none}main{padding:.75rem .6rem 2rem}article{padding:.75rem .75rem .4rem}}
@media print{body{background:#fff}article{break-inside:avoid}}
`;
