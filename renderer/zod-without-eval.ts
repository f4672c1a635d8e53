import { config } from 'zod';

// zod compiles its parsers with `new Function`, which the page's CSP refuses and reports. The switch is
// read when a schema is made, so this file is imported before anything that imports the contract.
config({ jitless: true });
