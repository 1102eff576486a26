// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITreasury } from "./ITreasury.sol";

/// @title How what a tenant paid is shared out: a pure rule.
library IncomeSplit {
    /// @dev In wei; together exactly what was paid.
    struct Parts {
        uint256 owner;
        uint256 masternode;
        uint256 reserve;
        uint256 network;
    }

    uint256 private constant BPS = 10_000;

    /// @notice Rounds every share down; the network has what that leaves.
    /// @dev Unchecked: an amount is below 2⁹⁶, shares are at most 10,000, and those of the network's part together are too.
    function split(ITreasury.IncomeShares memory shares, uint256 paid)
        internal
        pure
        returns (Parts memory parts)
    {
        unchecked {
            parts.owner = (paid * shares.ownerBps) / BPS;
            uint256 rest = paid - parts.owner;
            parts.masternode = (rest * shares.masternodeBps) / BPS;
            parts.reserve = (rest * shares.reserveBps) / BPS;
            parts.network = rest - parts.masternode - parts.reserve;
        }
    }
}
