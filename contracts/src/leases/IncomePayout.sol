// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "./ILeases.sol";

/// @dev Payments in a row that go to one receiver, in wei.
struct Payee {
    address receiver;
    uint256 amount;
}

/// @title How what a tenant paid is shared out: a pure rule.
library IncomePayout {
    /// @dev In wei; together exactly what was paid.
    struct Split {
        uint256 owner;
        uint256 masternode;
        uint256 toReserve;
        uint256 toTreasury;
    }

    uint256 private constant BPS = 10_000;

    /// @notice Rounds every share down; the treasury has what that leaves.
    function split(ILeases.IncomeShares memory shares, uint256 paid) internal pure returns (Split memory parts) {
        parts.owner = (paid * shares.ownerBps) / BPS;
        uint256 network = paid - parts.owner;
        parts.masternode = (network * shares.masternodeBps) / BPS;
        parts.toReserve = (network * shares.reserveBps) / BPS;
        parts.toTreasury = network - parts.masternode - parts.toReserve;
    }
}
