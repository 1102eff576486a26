// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IMasternodes, MasternodeEvent, MasternodeStatus } from "./IMasternodes.sol";

/// @title The states of a masternode, as a table: one row a status, one column an event, 0 where there is no such step.
library MasternodeTable {
    /// @dev Four bits a cell: cell (status, event) at bit 4 × (4 × status + event); the value is the next status.
    uint256 private constant TABLE = (1 << 0) // none + register = registered
        | (2 << 20) | (3 << 24) // registered: admit, leave
        | (3 << 40) // admitted: leave
        | (4 << 60); // leaving + unbond = left

    /// @notice The status after `happened`; reverts when the table has no such step.
    function next(uint32 id, MasternodeStatus status, MasternodeEvent happened)
        internal
        pure
        returns (MasternodeStatus)
    {
        uint256 cell = (TABLE >> (4 * (4 * uint256(status) + uint256(happened)))) & 0xf;
        if (cell == 0) revert IMasternodes.MasternodesIllegalTransition(id, status, happened);
        return MasternodeStatus(cell);
    }
}
