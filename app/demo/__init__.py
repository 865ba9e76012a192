"""A venue on loopback: look-alikes of Binance, Polymarket and its price oracles, with the real wire formats.

`world` holds what is true (prices, trades, windows, settlements) as a pure function of a seed; `market` plays the
order book of one window; `script` strings both together without a socket; `server` serves them in real time.
Nothing here is shared with the program's own feeds or engine: one misreading of the protocol cannot hide in both.
What is earned here says nothing about the world.
"""
