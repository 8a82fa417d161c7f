#!/usr/bin/env -S node --max-semi-space-size=2
// What the command line makes dies young: with more room for it, a long batch would take 20 MB more and no less time.
import '../out/main/cli.js';
