import { config } from 'zod';

// zod compiles its parsers with `new Function`, which the page's CSP refuses and reports. The switch is
// read when a schema is made, so this file is imported before anything that imports the contract, and by each
// part that is loaded later: what parts share is put into files that run before the page's first one.
config({ jitless: true });
