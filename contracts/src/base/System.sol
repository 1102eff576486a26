// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The addresses at which the contracts stand from genesis on.
/// @dev `4e5851` is "NXQ" in ASCII. Upgradeable contracts stand here as ERC-1967 proxies; the code behind the proxy
/// at `...0n` stands at `...1n`, so an address never changes and costs its callers no storage read.
library System {
    address internal constant EMISSION = 0x4e58510000000000000000000000000000000001;
    address internal constant LOCKED_RESERVE = 0x4e58510000000000000000000000000000000002;
    address internal constant DIGITAL_KEYS = 0x4e58510000000000000000000000000000000003;
    address internal constant DEVICES = 0x4e58510000000000000000000000000000000004;
    address internal constant MASTERNODES = 0x4E58510000000000000000000000000000000005;
    address internal constant PRICES = 0x4E58510000000000000000000000000000000006;
    address internal constant LEASES = 0x4e58510000000000000000000000000000000007;
    address internal constant SETTLEMENT = 0x4E58510000000000000000000000000000000008;
    address internal constant TREASURY = 0x4e58510000000000000000000000000000000009;
    address internal constant VALIDATOR_POOL = 0x4E5851000000000000000000000000000000000A;
}
