// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { RawScores } from "../../src/devices/IDevices.sol";
import { ScoreRule } from "../../src/devices/ScoreRule.sol";
import { EmissionSchedule } from "../../src/emission/EmissionSchedule.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { PriceRule } from "../../src/prices/PriceRule.sol";
import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { Leaves } from "../../src/settlement/Leaves.sol";
import { SettlementRule } from "../../src/settlement/SettlementRule.sol";
import { IncomeSplit } from "../../src/treasury/IncomeSplit.sol";
import { ITreasury } from "../../src/treasury/ITreasury.sol";

/// @title The contracts' pure rules behind a door, for a test that asks their twins the same.
contract Twins {
    function emittedBefore(uint256 period, uint256 periodSeconds) external pure returns (uint256) {
        return EmissionSchedule.emittedBefore(period, periodSeconds);
    }

    function periodEmission(uint256 era, uint256 periodSeconds) external pure returns (uint256) {
        return EmissionSchedule.periodEmission(era, periodSeconds);
    }

    function dividesExactly(uint256 periodSeconds) external pure returns (bool) {
        return EmissionSchedule.dividesExactly(periodSeconds);
    }

    function splitIncome(ITreasury.IncomeShares memory shares, uint256 paid)
        external
        pure
        returns (IncomeSplit.Parts memory)
    {
        return IncomeSplit.split(shares, paid);
    }

    function splitEmission(uint256 emission, uint256 contributorsBps, uint256 validatorsBps)
        external
        pure
        returns (uint256 pot, uint256 validators, uint256 fund)
    {
        return SettlementRule.divide(emission, contributorsBps, validatorsBps);
    }

    function quorum(uint256 active, uint256 admitted)
        external
        pure
        returns (uint256 needed, uint256 majority)
    {
        return (SettlementRule.quorum(active, admitted), SettlementRule.majority(admitted));
    }

    function nextPrice(uint256 previous, uint256[] memory quotes, uint256 stepBps)
        external
        pure
        returns (uint256 price, bool cut)
    {
        return PriceRule.next(previous, PriceRule.lowerMedian(quotes), stepBps);
    }

    function loweredScores(RawScores memory counted, RawScores memory before, RawScores calldata now_)
        external
        pure
        returns (RawScores memory)
    {
        return ScoreRule.lowered(counted, before, now_);
    }

    function rewardLeaf(ISettlement.Reward calldata leaf) external pure returns (bytes32) {
        return Leaves.reward(leaf);
    }

    function billLeaf(ILeases.Bill calldata leaf) external pure returns (bytes32) {
        return Leaves.bill(leaf.instance, leaf.token, leaf.secondsSeen);
    }

    function creditLeaf(ISettlement.Credit calldata leaf) external pure returns (bytes32) {
        return Leaves.credit(leaf);
    }

    function isUnder(bytes32 root, bytes32[] memory leaves, ISettlement.Proof calldata proof)
        external
        pure
        returns (bool)
    {
        return MerkleProof.multiProofVerifyCalldata(proof.nodes, proof.flags, root, leaves);
    }
}
