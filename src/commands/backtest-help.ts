/** What `retune backtest --help` says. */
export const BACKTEST_HELP = `retune backtest [options] [dir | file…]

Sends the rules and policies through the history that Prometheus keeps, with the evaluator and the decisions of the
service, a clock of its own and runs that are made up. Nothing is changed anywhere.

  --from=30d            where it begins: a duration before the end, or an instant such as 2026-03-01T10:00Z
  --to=<instant>        where it ends; now
  --step=1m             distance of the evaluations; the interval of each group
  --rule=<regex>        only alerts whose name matches
  --prometheus=<url>    whom to ask; PROMETHEUS_URL
  --concurrency=4       queries at a time

  --run-duration=1h     how long a pipeline takes
  --run-outcome=…       how runs end: verified (default), not_improved or failed
  --approve-after=1h    how long a person takes to approve a run, or never
  --mode=…              what if all policies had this mode: suggest, approve or auto
  --incident=<from/to>  trouble that there was: which rules saw it, how fast, and how often they cried wolf; may be repeated

  --json                the whole report as JSON
  --html=<file>         the whole report with a timeline of each rule, as one file

Exit codes: 0 done, 1 it could not be done, 2 wrong usage, 130 stopped by Ctrl-C (what is done by then is reported)`;
