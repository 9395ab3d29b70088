// ocpp_rpc.js - the baseline of bench ocpp: npm ocpp-rpc as a central system that stores nothing. Arguments: port.
const { RPCServer } = require('ocpp-rpc');

const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: process.argv[3] === 'strict' });
server.auth((accept) => accept({}));
server.on('client', (client) => {
	client.handle('Heartbeat', () => ({ currentTime: new Date().toISOString() }));
	client.handle('MeterValues', () => ({}));
});
process.on('uncaughtException', () => {});
server.listen(Number(process.argv[2]), '127.0.0.1').then(() => console.log('ready'));
